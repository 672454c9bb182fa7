import { type ResourceType, groupVersion, storeKey } from "../core/resource-type.ts";
import type { Json, JsonObject } from "../json/value.ts";
import type { KubeObject } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import type { Deletion } from "./deletion.ts";
import { type Exchange, readBody, sendJson } from "./http-exchange.ts";
import { type Lists, scopeOf } from "./lists.ts";
import { applyChange, isApply, patchChange } from "./patching.ts";
import { acceptedForm, partialMetadata, table } from "./representation.ts";
import { includeOf, isTrue } from "./request-query.ts";
import type { ResourceRoute } from "./route.ts";
import { badRequest, methodNotAllowed, notFound } from "./status-error.ts";
import type { WatchHandler } from "./watch-handler.ts";
import type { WriteContext } from "./write-context.ts";
import { present } from "./present.ts";
import type { Writes } from "./writes.ts";

/** What the handlers of resource requests work with. */
export interface ResourceServices {
  readonly store: Store;
  readonly writes: Writes;
  readonly deletion: Deletion;
  readonly lists: Lists;
  readonly watches: WatchHandler;
}

/** The verb of a request, as authorisation and faults name it. */
export function verbOf(method: string, route: ResourceRoute, url: URL): string {
  const collection = route.target.name === "";
  if (method === "GET" || method === "HEAD") {
    if (!collection) return "get";
    return isTrue(url.searchParams.get("watch")) ? "watch" : "list";
  }
  if (method === "POST") return "create";
  if (method === "PUT") return "update";
  if (method === "PATCH") return "patch";
  if (method === "DELETE") return collection ? "deletecollection" : "delete";
  return method.toLowerCase();
}

/** Answers one request for a resource. */
export async function handleResource(
  services: ResourceServices,
  exchange: Exchange,
  route: ResourceRoute,
  verb: string,
): Promise<void> {
  const { target } = route;
  switch (verb) {
    case "get":
      sendObject(exchange, route, 200, find(services, route));
      return;
    case "list":
      sendList(services, exchange, route);
      return;
    case "watch":
      services.watches.handle(exchange, route);
      return;
    case "create": {
      if (target.name !== "") throw methodNotAllowed();
      const body = await readBody(exchange);
      sendObject(exchange, route, 201, services.writes.create(target, { object: body }, contextOf(exchange)));
      return;
    }
    case "update": {
      if (target.name === "") throw methodNotAllowed();
      const body = await readBody(exchange);
      sendObject(
        exchange,
        route,
        200,
        services.writes.update(target, () => ({ object: body }), contextOf(exchange)),
      );
      return;
    }
    case "patch":
      if (target.name === "") throw methodNotAllowed();
      patch(services, exchange, route, await readBody(exchange));
      return;
    case "delete": {
      if (target.subresource !== "") throw methodNotAllowed();
      const options = await readBody(exchange);
      const context = contextOf(exchange, options);
      const last = services.deletion.delete(target, deleteOptions(exchange, options), context);
      sendDeleted(exchange, route, last);
      return;
    }
    case "deletecollection":
      deleteCollection(services, exchange, route, await readBody(exchange));
      return;
    default:
      throw methodNotAllowed();
  }
}

function find(services: ResourceServices, { target }: ResourceRoute): KubeObject {
  const found = services.store.get(storeKey(target.type), target.namespace, target.name);
  if (found === undefined) throw notFound(target.type, target.name);
  return found;
}

function patch(services: ResourceServices, exchange: Exchange, route: ResourceRoute, body: Json): void {
  const { target } = route;
  const context = contextOf(exchange);
  if (!isApply(exchange.contentType)) {
    const change = patchChange(target, exchange.contentType, body);
    sendObject(exchange, route, 200, services.writes.update(target, change, context));
    return;
  }
  const manager = exchange.url.searchParams.get("fieldManager") ?? "";
  if (manager === "") throw badRequest("fieldManager: Required value: is required for apply patch");
  const change = applyChange(target, body, manager, isTrue(exchange.url.searchParams.get("force")));
  const exists = services.store.get(storeKey(target.type), target.namespace, target.name) !== undefined;
  if (exists) sendObject(exchange, route, 200, services.writes.update(target, change, context));
  else if (target.subresource !== "") throw notFound(target.type, target.name);
  else sendObject(exchange, route, 201, services.writes.create(target, change(undefined), context));
}

function sendObject(exchange: Exchange, route: ResourceRoute, code: number, stored: KubeObject): void {
  const object = present(route.target, stored);
  const form = acceptedForm(exchange.request.headers.accept);
  if (form === "metadata") sendJson(exchange, code, partialMetadata(object));
  else if (form === "table") {
    const { resourceVersion } = object.metadata;
    sendJson(exchange, code, table(route.served, [object], { resourceVersion }, includeOf(exchange.url)));
  } else sendJson(exchange, code, object);
}

function sendList(services: ResourceServices, exchange: Exchange, route: ResourceRoute): void {
  const { target, served } = route;
  const { searchParams } = exchange.url;
  const scope = scopeOf(target.type, target.namespace, searchParams);
  const page = services.lists.page(
    scope,
    Number(searchParams.get("limit") ?? 0),
    searchParams.get("continue") ?? "",
  );
  const metadata: JsonObject = {
    resourceVersion: String(page.revision),
    ...(page.continueToken === ""
      ? {}
      : { continue: page.continueToken, remainingItemCount: page.remaining }),
  };
  const objects = page.objects.map((object) => present(target, object));
  const form = acceptedForm(exchange.request.headers.accept);
  if (form === "table") {
    sendJson(exchange, 200, table(served, objects, metadata, includeOf(exchange.url)));
    return;
  }
  const [kind, apiVersion, items] =
    form === "metadata"
      ? ["PartialObjectMetadataList", "meta.k8s.io/v1", objects.map((object) => partialMetadata(object))]
      : [target.type.listKind, groupVersion(target.type.group, target.version), objects];
  sendJson(exchange, 200, { kind, apiVersion, metadata, items });
}

function deleteCollection(
  services: ResourceServices,
  exchange: Exchange,
  route: ResourceRoute,
  body: Json,
): void {
  const { target } = route;
  const scope = scopeOf(target.type, target.namespace, exchange.url.searchParams);
  const items: JsonObject[] = [];
  for (const object of services.store.list(storeKey(target.type))) {
    if (!scope.matches(object)) continue;
    const { name, namespace } = object.metadata;
    const one = { ...target, name, namespace };
    items.push(services.deletion.delete(one, deleteOptions(exchange, body), contextOf(exchange, body)));
  }
  const apiVersion = groupVersion(target.type.group, target.version);
  const metadata = { resourceVersion: String(services.store.revision) };
  sendJson(exchange, 200, { kind: target.type.listKind, apiVersion, metadata, items });
}

/** Pods and objects that stay for a while are answered whole, all else with a success status. */
function sendDeleted(exchange: Exchange, route: ResourceRoute, last: KubeObject): void {
  const { type, name } = route.target;
  const waits = last.metadata.deletionGracePeriodSeconds !== 0 || Array.isArray(last.metadata["finalizers"]);
  if (type.kind === "Pod" || waits) {
    sendObject(exchange, route, 200, last);
    return;
  }
  sendJson(exchange, 200, successStatus(type, name, last.metadata.uid));
}

function successStatus(type: ResourceType, name: string, uid: string): JsonObject {
  const details = { name, ...(type.group === "" ? {} : { group: type.group }), kind: type.plural, uid };
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
}

/** `gracePeriodSeconds` may come in the query as well as in the body. */
function deleteOptions(exchange: Exchange, body: Json): Json {
  const grace = exchange.url.searchParams.get("gracePeriodSeconds");
  const given = typeof body === "object" && body !== null && !Array.isArray(body) ? body : {};
  return grace === null ? given : { gracePeriodSeconds: Number(grace), ...given };
}

function contextOf(exchange: Exchange, options: Json = null): WriteContext {
  const { searchParams } = exchange.url;
  const userAgent = exchange.request.headers["user-agent"] ?? "unknown";
  const validation = searchParams.get("fieldValidation");
  const dryRunInBody = typeof options === "object" && options !== null && "dryRun" in options;
  return {
    manager: searchParams.get("fieldManager") ?? userAgent.split("/")[0] ?? "unknown",
    user: { username: "sandbox-user", groups: ["system:masters", "system:authenticated"] },
    dryRun: searchParams.has("dryRun") || (dryRunInBody && Array.isArray(options["dryRun"])),
    fieldValidation: validation === "Strict" || validation === "Ignore" ? validation : "Warn",
    warnings: exchange.warnings,
  };
}
