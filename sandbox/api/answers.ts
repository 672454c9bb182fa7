import { type ResourceType, groupVersion } from "../core/resource-type.ts";
import type { JsonObject } from "../json/value.ts";
import type { KubeObject } from "../store/object.ts";
import { type Exchange, sendJson } from "./http-exchange.ts";
import type { Page } from "./lists.ts";
import { present } from "./present.ts";
import { acceptedForm, partialMetadata, table } from "./representation.ts";
import { includeOf } from "./request-query.ts";
import type { ResourceRoute } from "./route.ts";

/** Sends one stored object in the form and version that the client asked for. */
export function sendObject(exchange: Exchange, route: ResourceRoute, code: number, stored: KubeObject): void {
  const object = present(route.target, stored);
  const form = acceptedForm(exchange.request.headers.accept);
  if (form === "metadata") sendJson(exchange, code, partialMetadata(object));
  else if (form === "table") {
    const { resourceVersion } = object.metadata;
    sendJson(exchange, code, table(route.served, [object], { resourceVersion }, includeOf(exchange.url)));
  } else sendJson(exchange, code, object);
}

/** Sends one page of a list in the form and version that the client asked for. */
export function sendList(exchange: Exchange, { target, served }: ResourceRoute, page: Page): void {
  const { type, version } = target;
  const metadata: JsonObject = { resourceVersion: String(page.revision), ...continuation(page) };
  const objects = page.objects.map((object) => present(target, object));
  const form = acceptedForm(exchange.request.headers.accept);
  if (form === "table") {
    sendJson(exchange, 200, table(served, objects, metadata, includeOf(exchange.url)));
    return;
  }
  if (form === "metadata") {
    const items = objects.map((object) => partialMetadata(object));
    sendJson(exchange, 200, {
      kind: "PartialObjectMetadataList",
      apiVersion: "meta.k8s.io/v1",
      metadata,
      items,
    });
    return;
  }
  // Lists of custom resources always have a continue token, if only an empty one.
  const shown = type.builtin ? metadata : { continue: "", ...metadata };
  const apiVersion = groupVersion(type.group, version);
  sendJson(exchange, 200, {
    kind: type.listKind,
    apiVersion,
    metadata: shown,
    items: listItems(type, objects),
  });
}

/** Answers a deletion: Pods and objects that stay for a while whole, all else with a success status. */
export function sendDeleted(exchange: Exchange, route: ResourceRoute, last: KubeObject): void {
  const { type, name } = route.target;
  const waits = last.metadata.deletionGracePeriodSeconds !== 0 || Array.isArray(last.metadata["finalizers"]);
  if (type.kind === "Pod" || waits) {
    sendObject(exchange, route, 200, last);
    return;
  }
  const { uid } = last.metadata;
  const details = { name, ...(type.group === "" ? {} : { group: type.group }), kind: type.plural, uid };
  sendJson(exchange, 200, { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details });
}

function continuation({ continueToken, remaining }: Page): JsonObject {
  return continueToken === "" ? {} : { continue: continueToken, remainingItemCount: remaining };
}

/** Items of lists of built-in kinds do not name their kind; the list does. */
function listItems({ builtin }: ResourceType, objects: readonly KubeObject[]): JsonObject[] {
  if (!builtin) return [...objects];
  return objects.map(({ apiVersion: _apiVersion, kind: _kind, ...rest }) => rest);
}
