/** The few requests that the walkthrough makes, as `kubectl` makes them: tables for `get`, patches for edits. */

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly ready: boolean;
  readonly containerID?: string;
  readonly restartCount: number;
}

interface Named {
  readonly name: string;
}

/** A Pod or a SidecarSet, as far as the walkthrough looks at it. */
export interface KubeObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation?: number;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly containers: readonly (Named & { readonly command?: readonly string[] })[];
    readonly volumes?: readonly Named[];
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly [counter: string]: unknown;
  };
}

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly { readonly cells: readonly (string | number | null)[] }[];
}

const TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1";

export class Kube {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** The decoded answer; throws with the server's message for any other status than success. */
  async request<T>(
    method: string,
    path: string,
    body?: unknown,
    contentType = "application/json",
  ): Promise<T> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { "content-type": contentType, accept: "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = JSON.parse(await response.text());
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.message}`);
    return answer;
  }

  async get(path: string): Promise<KubeObject> {
    return this.request("GET", path);
  }

  async list(path: string): Promise<readonly KubeObject[]> {
    const { items } = await this.request<{ readonly items: readonly KubeObject[] }>("GET", path);
    return items;
  }

  /** Prints what `kubectl get` prints: the server's own columns, padded. */
  async table(path: string): Promise<string> {
    const response = await fetch(this.#url + path, { headers: { accept: TABLE } });
    const { columnDefinitions, rows }: Table = JSON.parse(await response.text());
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
          const { type, object }: { type: string; object: KubeObject } = JSON.parse(frame);
          seen(type, object);
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
