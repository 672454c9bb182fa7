import type { ApiObject } from "../../../controller/k8s/codec/json-codec.ts";
import { type Arrival, answer, refuse, type ScriptedServer } from "./scripted-server.ts";

/** What goes wrong with one request. */
export type Fault =
  | "refused"
  | "cut"
  | "cut-inside"
  | "garbage"
  | "expired"
  | "duplicated"
  | "reordered"
  | "silent";

type EventType = "ADDED" | "MODIFIED" | "DELETED";

interface LogEntry {
  readonly version: number;
  readonly type: EventType;
  readonly object: ApiObject;
}

interface OpenWatch {
  readonly arrival: Arrival;
  sent: number;
}

const pageLength = 3;

/** A collection behind a scripted server: pages, watches and old versions as an API server has them, and faults. */
export class FaultyCollection {
  readonly objects = new Map<string, ApiObject>();
  readonly #log: LogEntry[] = [];
  readonly #snapshots = new Map<string, readonly ApiObject[]>();
  readonly #faults: Fault[] = [];
  #watches: OpenWatch[] = [];
  #version = 1;
  #oldest = 0;

  /** Serves until the server is stopped. */
  async serve(server: ScriptedServer): Promise<never> {
    for (;;) this.#serve(await server.next());
  }

  /** These befall the next requests, one each. */
  plan(faults: readonly Fault[]): void {
    this.#faults.push(...faults);
  }

  heal(): void {
    this.#faults.length = 0;
    for (const { arrival } of this.#watches) arrival.response.destroy();
  }

  put(name: string): void {
    const version = (this.#version += 1);
    const known = this.objects.get(name);
    const uid = known?.metadata.uid ?? `${name}-${version}`;
    const object = { metadata: { name, uid, resourceVersion: String(version) } };
    this.objects.set(name, object);
    this.#append({ version, type: known === undefined ? "ADDED" : "MODIFIED", object });
  }

  delete(name: string): void {
    const known = this.objects.get(name);
    if (known === undefined) return;
    const version = (this.#version += 1);
    this.objects.delete(name);
    const metadata = { ...known.metadata, resourceVersion: String(version) };
    this.#append({ version, type: "DELETED", object: { metadata } });
  }

  /** Forgets all old versions, pages under way included. */
  compact(): void {
    this.#oldest = this.#version;
    this.#snapshots.clear();
  }

  cutWatches(): void {
    for (const { arrival } of this.#watches) arrival.response.destroy();
  }

  #append(entry: LogEntry): void {
    this.#log.push(entry);
    this.#watches = this.#watches.filter(({ arrival }) => !arrival.response.destroyed);
    for (const watch of this.#watches) this.#flush(watch);
  }

  #serve(arrival: Arrival): void {
    const fault = this.#faults.shift();
    if (fault === "cut") arrival.response.destroy();
    else if (fault === "refused") refuse(arrival, 500, "InternalError");
    else if (fault === "expired") refuse(arrival, 410, "Expired");
    else if (arrival.query.get("watch") === null) this.#list(arrival, fault);
    else this.#watch(arrival, fault);
  }

  #list(arrival: Arrival, fault: Fault | undefined): void {
    const [id, start] = (arrival.query.get("continue") ?? `${this.#version}/0`).split("/");
    const from = Number(start);
    if (from === 0) this.#snapshots.set(String(id), [...this.objects.values()]);
    const snapshot = this.#snapshots.get(String(id));
    if (snapshot === undefined) {
      refuse(arrival, 410, "Expired");
      return;
    }
    const to = from + pageLength;
    const body = JSON.stringify({
      metadata: { resourceVersion: id, continue: to < snapshot.length ? `${id}/${to}` : "" },
      items: snapshot.slice(from, to),
    });
    if (fault === undefined) answer(arrival, JSON.parse(body));
    else {
      arrival.response.writeHead(200, { "content-type": "application/json" });
      const half = body.slice(0, body.length / 2);
      if (fault === "garbage") arrival.response.end(half);
      else arrival.response.write(half, () => arrival.response.destroy());
    }
  }

  #watch(arrival: Arrival, fault: Fault | undefined): void {
    const { response, query } = arrival;
    response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    const since = Number(query.get("resourceVersion"));
    if (fault === "silent") return;
    if (since < this.#oldest) {
      response.end(frame("ERROR", { kind: "Status", code: 410, reason: "Expired", message: "too old" }));
      return;
    }
    const frames = this.#log.filter(({ version }) => version > since).map(frameOf);
    if (fault === "duplicated") frames.push(...frames);
    if (fault === "reordered") frames.reverse();
    if (fault === "garbage") frames.push("{]\n");
    response.write(frames.join(""));
    if (fault === "cut-inside") response.write('{"type":"ADD', () => response.destroy());
    else this.#watches.push({ arrival, sent: this.#log.length });
  }

  #flush(watch: OpenWatch): void {
    watch.arrival.response.write(this.#log.slice(watch.sent).map(frameOf).join(""));
    watch.sent = this.#log.length;
  }
}

function frameOf({ type, object }: LogEntry): string {
  return frame(type, object);
}

function frame(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`;
}
