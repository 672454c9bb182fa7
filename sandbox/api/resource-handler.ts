import { storeKey } from "../core/resource-type.ts";
import type { Json } from "../json/value.ts";
import { required } from "../schema/field-error.ts";
import type { KubeObject } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import { sendDeleted, sendList, sendObject } from "./answers.ts";
import type { Deletion } from "./deletion.ts";
import { type Exchange, readBody } from "./http-exchange.ts";
import { type Lists, scopeOf } from "./lists.ts";
import { applyChange, isApply, patchChange, patchTypes } from "./patching.ts";
import { contextOf, deleteOptions, isTrue } from "./request-query.ts";
import type { ResourceRoute } from "./route.ts";
import { badRequest, invalid, methodNotAllowed, notFound } from "./status-error.ts";
import type { WatchHandler } from "./watch-handler.ts";
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
  switch (verb) {
    case "get":
      sendObject(exchange, route, 200, find(services, route));
      return;
    case "list":
      list(services, exchange, route);
      return;
    case "watch":
      services.watches.handle(exchange, route);
      return;
    case "create":
      if (route.target.name !== "") throw methodNotAllowed();
      create(services, exchange, route, await readBody(exchange));
      return;
    case "update":
      requireName(route);
      update(services, exchange, route, await readBody(exchange));
      return;
    case "patch":
      requireName(route);
      patch(services, exchange, route, await readBody(exchange, patchTypes(route.target)));
      return;
    case "delete":
      if (route.target.subresource !== "") throw methodNotAllowed();
      remove(services, exchange, route, await readBody(exchange));
      return;
    case "deletecollection":
      removeAll(services, exchange, route, await readBody(exchange));
      return;
    default:
      throw methodNotAllowed();
  }
}

function requireName({ target }: ResourceRoute): void {
  if (target.name !== "") return;
  throw target.type.builtin ? methodNotAllowed() : badRequest("name must be provided");
}

function find(services: ResourceServices, { target }: ResourceRoute): KubeObject {
  const found = services.store.get(storeKey(target.type), target.namespace, target.name);
  if (found === undefined) throw notFound(target.type, target.name);
  return found;
}

function list(services: ResourceServices, exchange: Exchange, route: ResourceRoute): void {
  const { searchParams } = exchange.url;
  const scope = scopeOf(route.target.type, route.target.namespace, searchParams);
  const limit = Number(searchParams.get("limit") ?? 0);
  sendList(exchange, route, services.lists.page(scope, limit, searchParams.get("continue") ?? ""));
}

function create(services: ResourceServices, exchange: Exchange, route: ResourceRoute, object: Json): void {
  sendObject(exchange, route, 201, services.writes.create(route.target, { object }, contextOf(exchange)));
}

function update(services: ResourceServices, exchange: Exchange, route: ResourceRoute, object: Json): void {
  const change = { object, isReplacement: true };
  sendObject(
    exchange,
    route,
    200,
    services.writes.update(route.target, () => change, contextOf(exchange)),
  );
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
  if (manager === "")
    throw invalid(patchOptions, "", [required("fieldManager", "is required for apply patch")]);
  const change = applyChange(target, body, manager, isTrue(exchange.url.searchParams.get("force")));
  const exists = services.store.get(storeKey(target.type), target.namespace, target.name) !== undefined;
  if (exists) sendObject(exchange, route, 200, services.writes.update(target, change, context));
  else if (target.subresource !== "") throw notFound(target.type, target.name);
  else sendObject(exchange, route, 201, services.writes.create(target, change(undefined), context));
}

const patchOptions = { group: "meta.k8s.io", plural: "", kind: "PatchOptions" };

function remove(services: ResourceServices, exchange: Exchange, route: ResourceRoute, body: Json): void {
  const options = deleteOptions(exchange, body);
  const last = services.deletion.delete(route.target, options, contextOf(exchange, options));
  sendDeleted(exchange, route, last);
}

/** Deletes what the selectors choose; the answer lists the objects as they were. */
function removeAll(services: ResourceServices, exchange: Exchange, route: ResourceRoute, body: Json): void {
  const { target } = route;
  const options = deleteOptions(exchange, body);
  const scope = scopeOf(target.type, target.namespace, exchange.url.searchParams);
  const objects = services.store.list(storeKey(target.type)).filter((object) => scope.matches(object));
  for (const { metadata } of objects) {
    const one = { ...target, name: metadata.name, namespace: metadata.namespace };
    services.deletion.delete(one, options, contextOf(exchange, options));
  }
  sendList(exchange, route, { objects, revision: services.store.revision, continueToken: "", remaining: 0 });
}
