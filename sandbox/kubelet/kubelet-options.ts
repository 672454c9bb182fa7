import { createHash } from "node:crypto";

/** The kubelet's delays in milliseconds, and what images look like to it. */
export interface KubeletOptions {
  /** From the creation of a Pod until it has a node. */
  readonly bindMs: number;
  /** From nothing to a running container: pull and start. */
  readonly startMs: number;
  /** From a changed image to the running new container. */
  readonly restartMs: number;
  /** From running to ready. */
  readonly readyMs: number;
  /** How long an init container runs. */
  readonly initMs: number;
  /** From running to ready for containers that are asked to start slowly. */
  readonly slowStartMs: number;
  /** From running to the crash, and from the crash to the next start, for containers that are asked to crash. */
  readonly crashMs: number;
  /** Between attempts to pull an image that cannot be pulled. */
  readonly pullRetryMs: number;
  /** From the request to delete a Pod to its end; never more than its grace period. */
  readonly stopMs: number;
  /** Whether a native sidecar restarts when its image changes, as since Kubernetes 1.32. */
  readonly restartsNativeSidecars: boolean;
  /** Whether it records Events on Pods. */
  readonly events: boolean;
  /** Digest of an image reference, for `imageID`. Two references with one digest are the same image. */
  readonly digest: (image: string) => string;
}

/** Fast enough to wait for, slow enough to see in `kubectl get -w`. */
export const defaultKubeletOptions: KubeletOptions = {
  bindMs: 50,
  startMs: 600,
  restartMs: 800,
  readyMs: 200,
  initMs: 400,
  slowStartMs: 8000,
  crashMs: 2000,
  pullRetryMs: 2000,
  stopMs: 500,
  restartsNativeSidecars: true,
  events: true,
  digest: (image) => createHash("sha256").update(image).digest("hex"),
};
