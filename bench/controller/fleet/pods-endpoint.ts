import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { claimed } from "./claimed.ts";
import type { Fleet, PodPatch } from "./fleet.ts";
import { answer, type HttpCall, refuse } from "./http-call.ts";
import { jsonFormat, type PodFormat, protobufFormat } from "./pod-format.ts";
import { metadataJson, podJson } from "./pod-json.ts";
import type { Revisions } from "./revisions.ts";

/** How the server treats lists and watches. */
export interface PodsEndpointOptions {
  readonly protobuf: boolean;
  /** False answers 400 to sendInitialEvents, as servers before Kubernetes 1.32 do. */
  readonly streamsLists: boolean;
  readonly onPatch: (index: number) => void;
}

/** Pods written between two looks at whether the reader keeps up. */
const streamChunk = 50;

const bookmarkMs = 60_000;

/** Lists, watches and patches of the fleet's Pods. */
export class PodsEndpoint {
  readonly #fleet: Fleet;
  readonly #revisions: Revisions;
  readonly #options: PodsEndpointOptions;
  readonly #formats = { json: jsonFormat(), protobuf: protobufFormat() };
  readonly #watches = new Map<ServerResponse, PodFormat>();

  constructor(fleet: Fleet, revisions: Revisions, options: PodsEndpointOptions) {
    this.#fleet = fleet;
    this.#revisions = revisions;
    this.#options = options;
    fleet.on("change", ({ type, pod }) => {
      for (const [response, format] of this.#watches) response.write(format.event(type, pod));
    });
    setInterval(() => {
      for (const [response, format] of this.#watches) {
        response.write(format.bookmark(this.#revisions.last, false));
      }
    }, bookmarkMs).unref();
  }

  async handle(call: HttpCall): Promise<void> {
    if (call.name === "") {
      if (call.query.has("watch")) await this.#watch(call);
      else this.#list(call);
      return;
    }
    const pod = this.#fleet.find(call.namespace ?? "", call.name);
    if (pod === undefined) refuse(call, 404, "NotFound");
    else if (call.method === "GET") answer(call, podJson(pod));
    else if (call.method !== "PATCH") refuse(call, 405, "MethodNotAllowed");
    else {
      this.#options.onPatch(pod.index);
      const patched = this.#fleet.patch(pod, claimed<PodPatch>(call.body ?? {}));
      if (patched === undefined) refuse(call, 409, "Conflict");
      else {
        answer(
          call,
          `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":${metadataJson(patched)}}`,
        );
      }
    }
  }

  #list(call: HttpCall): void {
    const limit = Number(call.query.get("limit") ?? this.#fleet.size);
    const start = Number(call.query.get("continue") ?? 0);
    const end = start + limit;
    const format = this.#format(call);
    const page = format.page(
      this.#fleet.slice(start, limit),
      this.#revisions.last,
      end < this.#fleet.size ? String(end) : "",
    );
    call.response
      .writeHead(200, { "content-type": format.contentType, "content-length": page.length })
      .end(page);
  }

  /** From a version, or with the whole state first. There is no history: an older version than the last has expired. */
  async #watch(call: HttpCall): Promise<void> {
    const { response, query } = call;
    const format = this.#format(call);
    const streamsList = query.get("sendInitialEvents") === "true";
    if (streamsList && !this.#options.streamsLists) {
      refuse(call, 400, "BadRequest");
      return;
    }
    if (!streamsList && Number(query.get("resourceVersion")) < this.#fleet.lastVersion) {
      refuse(call, 410, "Expired");
      return;
    }
    const suffix = format.contentType.endsWith("protobuf") ? ";stream=watch" : "";
    response.writeHead(200, { "content-type": `${format.contentType}${suffix}` });
    response.flushHeaders();
    if (streamsList) {
      for (let start = 0; start < this.#fleet.size; start += streamChunk) {
        const events = this.#fleet.slice(start, streamChunk).map((pod) => format.event("ADDED", pod));
        if (!response.write(Buffer.concat(events))) await once(response, "drain");
      }
      response.write(format.bookmark(this.#revisions.last, true));
    }
    this.#watches.set(response, format);
    response.on("close", () => this.#watches.delete(response));
  }

  #format({ accept }: HttpCall): PodFormat {
    const protobuf = this.#options.protobuf && accept.includes("application/vnd.kubernetes.protobuf");
    return protobuf ? this.#formats.protobuf : this.#formats.json;
  }
}
