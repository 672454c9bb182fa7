import { PolicyModule } from "@kubewarden/as-sdk/host";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { policyFile } from "../describe-cases.ts";
import { Kubewarden } from "./kubewarden.ts";
import type { KubewardenPart } from "./kubewarden-part.ts";

/** Kubewarden's part played by this process, where its programs are not at hand. */
export async function startStandIn({ admin, hasControllers }: ControlPlane): Promise<KubewardenPart> {
  const kubewarden = await Kubewarden.start(admin, await PolicyModule.load(policyFile), { hasControllers });
  return {
    problems: () => kubewarden.problems,
    log: () => "",
    summary() {
      const times = kubewarden.server.reviews.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
      const [median = 0, most = 0] = [times[times.length >> 1], times.at(-1)];
      return `${times.length} admission reviews, median ${median.toFixed(1)} ms, at most ${most.toFixed(1)} ms`;
    },
    interrupt: () => kubewarden.interrupt(),
    stop: () => kubewarden.stop(),
  };
}
