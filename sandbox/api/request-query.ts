import { type Json, type JsonObject, isObject } from "../json/value.ts";
import type { Exchange } from "./http-exchange.ts";
import type { RowObject } from "./representation.ts";
import type { WriteContext } from "./write-context.ts";

/** `includeObject` of a table request. */
export function includeOf(url: URL): RowObject {
  const asked = url.searchParams.get("includeObject");
  return asked === "None" || asked === "Object" ? asked : "Metadata";
}

/** Query parameters of type boolean: present and neither `0` nor `false`. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== "0" && value !== "false";
}

/** The DeleteOptions of a request; `gracePeriodSeconds` may come in the query as well as in the body. */
export function deleteOptions(exchange: Exchange, body: Json): JsonObject {
  const grace = exchange.url.searchParams.get("gracePeriodSeconds");
  const given = isObject(body) ? body : {};
  return grace === null ? given : { gracePeriodSeconds: Number(grace), ...given };
}

/** The circumstances of a write. `options` are those of a deletion, which may say `dryRun` in the body. */
export function contextOf(exchange: Exchange, options: JsonObject = {}): WriteContext {
  const { searchParams } = exchange.url;
  const userAgent = exchange.request.headers["user-agent"] ?? "unknown";
  const validation = searchParams.get("fieldValidation");
  return {
    manager: searchParams.get("fieldManager") ?? userAgent.split("/")[0] ?? "unknown",
    user: { username: "sandbox-user", groups: ["system:masters", "system:authenticated"] },
    dryRun: searchParams.has("dryRun") || Array.isArray(options["dryRun"]),
    fieldValidation: validation === "Strict" || validation === "Ignore" ? validation : "Warn",
    warnings: exchange.warnings,
  };
}
