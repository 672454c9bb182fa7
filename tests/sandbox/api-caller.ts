import { type JsonObject, shown, textAt } from "../../sandbox/json/value.ts";

/** An answer of the API server. */
export interface Answer {
  readonly code: number;
  readonly body: JsonObject;
  readonly headers: Headers;
}

/** A call with the headers that a case is about. */
export async function call(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(base + path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return { code: response.status, body: isJson ? JSON.parse(text) : { text }, headers: response.headers };
}

/** The four kinds of PATCH by the words of `kubectl patch --type`. */
export const patchTypes = {
  json: { "content-type": "application/json-patch+json" },
  merge: { "content-type": "application/merge-patch+json" },
  strategic: { "content-type": "application/strategic-merge-patch+json" },
  apply: { "content-type": "application/apply-patch+yaml" },
} as const;

/** A watch event as it came over the wire. */
export interface WatchEvent {
  readonly type: string;
  readonly object: JsonObject;
}

/** An open watch. */
export interface OpenWatch extends AsyncDisposable {
  readonly code: number;
  /** The next `count` events; rejects when they do not come within two seconds. */
  take(count: number): Promise<WatchEvent[]>;
  /** Resolves when the server has ended the watch, cleanly or not; the events that were not taken are the answer. */
  ended(): Promise<WatchEvent[]>;
}

/** Opens a watch; `path` has its query. */
export async function watch(
  base: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<OpenWatch> {
  const abort = new AbortController();
  const separator = path.includes("?") ? "&" : "?";
  const response = await fetch(`${base}${path}${separator}watch=1`, { signal: abort.signal, headers });
  const events: WatchEvent[] = [];
  let wake = (): void => {};
  const state = { over: false };
  const reading = read(response, (event) => {
    events.push(event);
    wake();
  })
    .catch(() => {})
    .finally(() => {
      state.over = true;
      wake();
    });
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  const limit = <T>(promise: Promise<T>, what: string): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const expiry = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${path}: ${what} did not come, got ${describe(events)}`)),
        2000,
      );
    });
    return Promise.race([promise, expiry]).finally(() => clearTimeout(timer));
  };
  const enough = async (count: number): Promise<WatchEvent[]> => {
    while (events.length < count && !state.over) await changed();
    if (events.length < count) throw new Error(`${path}: ended after ${describe(events)}`);
    return events.splice(0, count);
  };
  return {
    code: response.status,
    take: (count) => limit(enough(count), `${count} events`),
    ended: async () => {
      await limit(reading, "the end");
      return events.splice(0);
    },
    [Symbol.asyncDispose]: async () => {
      abort.abort();
      await reading;
    },
  };
}

async function read(response: Response, seen: (event: WatchEvent) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) seen(JSON.parse(line));
  }
}

function describe(events: readonly WatchEvent[]): string {
  return JSON.stringify(events.map(summary));
}

/** `ADDED a`: what most cases compare. */
export function summary({ type, object }: WatchEvent): string {
  return `${type} ${textAt(object, "metadata", "name") ?? shown(object["code"])}`.trim();
}
