import { condition, containerStatus, podsIn } from "./cluster-objects.ts";
import type { Environment } from "./environment.ts";

/** Counts, from the watch's own order of events, the most Pods that were not Ready at one moment. */
export function watchAvailability(environment: Environment, namespace: string): { stop(): Promise<number> } {
  const abort = new AbortController();
  const unavailable = new Set<string>();
  let most = 0;
  const follow = async (): Promise<void> => {
    const path = `${podsIn(namespace)}?watch=true`;
    for await (const { type, object } of environment.admin.watch(path, abort.signal)) {
      if (type !== "ADDED" && type !== "MODIFIED") continue;
      // A Pod whose sidecar was patched is unavailable from then on, although its kubelet has yet to say so.
      const isWanted = object.spec.containers.every((each: { name: string; image: string }) =>
        containerStatus(object, each.name)?.image.endsWith(each.image),
      );
      if (isWanted && condition(object, "Ready")?.status === "True") unavailable.delete(object.metadata.uid);
      else unavailable.add(object.metadata.uid);
      most = Math.max(most, unavailable.size);
    }
  };
  const following = follow().catch((error: unknown) => {
    if (!abort.signal.aborted) throw error;
  });
  return {
    async stop() {
      abort.abort();
      await following;
      return most;
    },
  };
}
