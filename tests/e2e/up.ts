import { findBinaries, findKubectl } from "./control-plane/binaries.ts";
import { startRealCluster } from "./real-cluster.ts";

/** Keeps a real cluster running for a look around with kubectl, until it is interrupted. */
const binaries = await findBinaries({ build: false });
const kubectl = await findKubectl();
if (binaries.kind === "absent" || kubectl === undefined) {
  const reason = binaries.kind === "absent" ? binaries.reason : "kubectl is absent";
  console.log(`skipped, because ${reason}`);
} else {
  const cluster = await startRealCluster(binaries.paths, kubectl);
  console.log(`${cluster.name}: up in ${cluster.startSeconds.toFixed(1)} s`);
  console.log(`export KUBECONFIG=${cluster.kubeconfig}`);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve).once("SIGTERM", resolve);
  });
  console.log(cluster.problems().join("\n"));
  await cluster.stop();
}
