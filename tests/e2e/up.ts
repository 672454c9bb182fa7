import { parseArgs } from "node:util";
import { findBinaries, findKubectl } from "./control-plane/binaries.ts";
import { findKubewarden, withKubewarden } from "./kubewarden/real-kubewarden.ts";
import { startRealCluster } from "./real-cluster.ts";

/**
 * Keeps a real cluster running for a look around with kubectl, until it is interrupted.
 *
 * Usage: `node tests/e2e/up.ts [--kubewarden]`. With it, Kubewarden's own programs play their part.
 */
const { values } = parseArgs({ options: { kubewarden: { type: "boolean", default: false } } });
const binaries = await findBinaries({ build: false });
const kubectl = await findKubectl();
const programs = values.kubewarden ? findKubewarden() : undefined;
if (binaries.kind === "absent" || kubectl === undefined || (programs && "absent" in programs)) {
  const reason =
    binaries.kind === "absent"
      ? binaries.reason
      : programs && "absent" in programs
        ? programs.absent
        : "kubectl is absent";
  console.log(`skipped, because ${reason}`);
} else {
  const cluster = await startRealCluster(binaries.paths, kubectl, programs && withKubewarden(programs));
  console.log(`${cluster.name}: up in ${cluster.startSeconds.toFixed(1)} s`);
  console.log(`export KUBECONFIG=${cluster.kubeconfig}`);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve).once("SIGTERM", resolve);
  });
  console.log([...cluster.problems(), cluster.log()].join("\n"));
  await cluster.stop();
}
