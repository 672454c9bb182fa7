import type { Kube } from "./kube.ts";
import { containerStatus, isReady } from "./objects.ts";

/**
 * Follows a rollout through a watch: reports each sidecar that restarts and each Pod that is ready again.
 *
 * `stop` ends the watch and gives the most Pods that were not ready at one moment.
 */
export function watchRollout(
  kube: Kube,
  path: string,
  report: (line: string) => void,
): { stop(): Promise<number> } {
  const abort = new AbortController();
  const unavailable = new Set<string>();
  const known = new Set<string>();
  const start = performance.now();
  let most = 0;
  const at = (): string => `${((performance.now() - start) / 1000).toFixed(2)} s`.padStart(7);

  const watching = kube.watch(
    path,
    (_type, pod) => {
      const { name } = pod.metadata;
      const ready = isReady(pod);
      const wasUnavailable = unavailable.has(name);
      if (ready) unavailable.delete(name);
      else unavailable.add(name);
      most = Math.max(most, unavailable.size);
      if (known.has(name) && wasUnavailable === ready) {
        const image = containerStatus(pod, "sidecar1")?.image ?? "";
        report(`${at()}  ${name.padEnd(9)} ${ready ? `ready with ${image}` : "sidecar1 restarts"}`);
      }
      known.add(name);
    },
    abort.signal,
  );

  return {
    async stop() {
      abort.abort();
      await watching;
      return most;
    },
  };
}
