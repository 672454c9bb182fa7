import type { HostCapabilities } from "@kubewarden/as-sdk/host";
import { stringify } from "yaml";
import type { Admitted } from "./requests.ts";

/** What a policy can see of a cluster. */
export interface Visible {
  /** Labels by Namespace; one that is not named does not exist. */
  namespaces?: Readonly<Record<string, Record<string, string>>>;
  sidecarSets?: readonly Admitted[];
  /** Fails every question with this text. */
  outage?: string;
}

interface Exchange {
  type: "Exchange";
  request: string;
  response: { type: "Success"; payload: string } | { type: "Error"; message: string };
}

const VARIANTS: Readonly<Record<string, string>> = {
  get_resource: "KubernetesGetResource",
  list_resources_all: "KubernetesListResourceAll",
};

/** Answers a policy's questions from a description of the cluster, and notes them down so that kwctl can replay them. */
export class HostSession {
  readonly #cluster: Visible;
  readonly #exchanges: Exchange[] = [];

  constructor(cluster: Visible = {}) {
    this.#cluster = cluster;
  }

  readonly capabilities: HostCapabilities = (_namespace, operation, payload) => {
    const question: Record<string, unknown> = JSON.parse(Buffer.from(payload).toString("utf8"));
    const request = `!${VARIANTS[operation] ?? operation}\n${stringify(question)}`;
    try {
      const answer = JSON.stringify(this.#answer(question));
      this.#exchanges.push({ type: "Exchange", request, response: { type: "Success", payload: answer } });
      return Buffer.from(answer);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#exchanges.push({ type: "Exchange", request, response: { type: "Error", message } });
      throw error;
    }
  };

  /** The questions so far, as `kwctl run --replay-host-capabilities-interactions` reads them. */
  replay(): string {
    return stringify(this.#exchanges);
  }

  /** How many questions there were. */
  get length(): number {
    return this.#exchanges.length;
  }

  #answer({ kind, name }: Record<string, unknown>): unknown {
    const { namespaces = {}, sidecarSets = [], outage } = this.#cluster;
    if (outage !== undefined) throw new Error(outage);
    if (kind === "SidecarSet") {
      return {
        apiVersion: "apps.kruise.io/v1beta1",
        kind: "SidecarSetList",
        metadata: {},
        items: sidecarSets,
      };
    }
    const labels = namespaces[String(name)];
    if (kind !== "Namespace" || labels === undefined)
      throw new Error(`cannot find ${String(kind)} ${String(name)}`);
    return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
  }
}
