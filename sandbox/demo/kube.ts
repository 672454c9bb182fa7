/** The few requests that the walkthrough makes, as `kubectl` makes them: tables for `get`, patches for edits. */

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly spec: Record<string, unknown>;
  readonly status?: Record<string, unknown>;
}

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

const TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1";

export class Kube {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    contentType = "application/json",
  ): Promise<unknown> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { "content-type": contentType, accept: "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { readonly message?: string };
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.message ?? ""}`);
    return answer;
  }

  async get(path: string): Promise<KubeObject> {
    return (await this.request("GET", path)) as KubeObject;
  }

  async list(path: string): Promise<readonly KubeObject[]> {
    const { items } = (await this.request("GET", path)) as { readonly items: readonly KubeObject[] };
    return items;
  }

  /** Prints what `kubectl get` prints: the server's own columns, padded. */
  async table(path: string): Promise<string> {
    const response = await fetch(this.#url + path, { headers: { accept: TABLE } });
    const { columnDefinitions, rows } = (await response.json()) as Table;
    const shown = columnDefinitions.flatMap(({ name, priority }, index) =>
      priority === 0 ? [{ name, index }] : [],
    );
    const lines = [
      shown.map(({ name }) => name.toUpperCase()),
      ...rows.map(({ cells }) => shown.map(({ index }) => String(cells[index] ?? ""))),
    ];
    const widths = shown.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
    return lines
      .map((line) =>
        line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("   ")
          .trimEnd(),
      )
      .join("\n");
  }

  /** Calls `seen` with every change of the collection until the signal aborts. */
  async watch(
    path: string,
    seen: (type: string, object: KubeObject) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const response = await fetch(`${this.#url}${path}?watch=true`, { signal });
    if (response.body === null) throw new Error(`watch ${path}: no answer`);
    let rest = "";
    try {
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        const frames = (rest + chunk).split("\n");
        rest = frames.pop() ?? "";
        for (const frame of frames) {
          const { type, object } = JSON.parse(frame) as { type: string; object: KubeObject };
          seen(type, object);
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
