import type { ContainerRuntime } from "../kubelet/kubelet.ts";

/** Any Kubernetes object of our manifests. */
export interface Manifest {
  readonly kind: string;
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** What plays Kubewarden's part in a cluster. */
export interface KubewardenPart {
  /** Runs the policy servers of Kubewarden's Deployments, where they are real. */
  readonly runtime?: ContainerRuntime;
  /** One of our manifests with what has to differ here. */
  adapted?(manifest: Manifest): Manifest;
  /** What went wrong; empty in a good run. */
  problems(): readonly string[];
  /** Takes those policy servers off the problems that ended by themselves, and answers the ends of their logs. */
  takeCrashes?(): readonly string[];
  /** The end of the logs of processes, for a failed case. */
  log(): string;
  /** One line of numbers. */
  summary(): string;
  /** Lets nobody answer for the policies until the answer is called. */
  interrupt(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}
