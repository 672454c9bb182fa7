import type { ServerResponse } from "node:http";
import { claimed } from "./claimed.ts";
import { answer, type HttpCall, refuse } from "./http-call.ts";
import { type JsonObject, type JsonObjects, merge } from "./json-objects.ts";
import type { Revisions } from "./revisions.ts";

interface Watch {
  readonly collection: string;
  readonly namespace: string | undefined;
}

const bookmarkMs = 60_000;

/** Serves every resource but Pods: get, list, watch, create, replace, patch (all patches merge) and delete. */
export class ObjectsEndpoint {
  readonly #objects: JsonObjects;
  readonly #revisions: Revisions;
  readonly #watches = new Map<ServerResponse, Watch>();

  constructor(objects: JsonObjects, revisions: Revisions) {
    this.#objects = objects;
    this.#revisions = revisions;
    setInterval(() => {
      const object = { metadata: { resourceVersion: String(revisions.last) } };
      const line = `${JSON.stringify({ type: "BOOKMARK", object })}\n`;
      for (const response of this.#watches.keys()) response.write(line);
    }, bookmarkMs).unref();
    objects.on("change", ({ type, collection, object }) => {
      for (const [response, watch] of this.#watches) {
        const isMeant = watch.namespace === undefined || watch.namespace === object.metadata.namespace;
        if (watch.collection === collection && isMeant)
          response.write(`${JSON.stringify({ type, object })}\n`);
      }
    });
  }

  handle(call: HttpCall): void {
    const { method, collection, namespace, name, query } = call;
    if (method === "POST") this.#create(call);
    else if (name === "" && query.has("watch")) this.#watch(call);
    else if (name === "") {
      const metadata = { resourceVersion: String(this.#revisions.last) };
      const items = this.#objects.list(collection, namespace);
      answer(call, JSON.stringify({ kind: "List", apiVersion: "v1", metadata, items }));
    } else {
      const object = this.#objects.get(collection, name, namespace);
      if (object === undefined) refuse(call, 404, "NotFound");
      else this.#handleOne(call, object);
    }
  }

  #handleOne(call: HttpCall, object: JsonObject): void {
    const { method, collection, body } = call;
    if (method === "DELETE") {
      this.#objects.delete(collection, object);
      answer(call, JSON.stringify(object));
    } else if (method === "GET") answer(call, JSON.stringify(object));
    else {
      const after = claimed<JsonObject>(method === "PUT" ? body : merge(object, body));
      answer(call, JSON.stringify(this.#objects.replace(collection, object, after)));
    }
  }

  #create(call: HttpCall): void {
    const { collection, namespace, body } = call;
    const object = claimed<JsonObject>(body);
    const metadata = { ...object.metadata, ...(namespace !== undefined && { namespace }) };
    const created = this.#objects.create(collection, { ...object, metadata });
    if (created === undefined) refuse(call, 409, "AlreadyExists");
    else answer(call, JSON.stringify(created), 201);
  }

  #watch({ response, collection, namespace }: HttpCall): void {
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    this.#watches.set(response, { collection, namespace });
    response.on("close", () => this.#watches.delete(response));
  }
}
