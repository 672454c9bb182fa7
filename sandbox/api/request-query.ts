import type { RowObject } from "./representation.ts";

/** `includeObject` of a table request. */
export function includeOf(url: URL): RowObject {
  const asked = url.searchParams.get("includeObject");
  return asked === "None" || asked === "Object" ? asked : "Metadata";
}

/** Query parameters of type boolean: present and neither `0` nor `false`. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== "0" && value !== "false";
}
