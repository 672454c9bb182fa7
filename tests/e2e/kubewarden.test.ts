import { findBinaries } from "./control-plane/binaries.ts";
import { describeCases } from "./describe-cases.ts";
import { findKubewarden, withKubewarden } from "./kubewarden/real-kubewarden.ts";
import { startRealCluster } from "./real-cluster.ts";

const binaries = await findBinaries({ build: false });
const programs = findKubewarden();
const absent =
  "absent" in programs ? programs.absent : binaries.kind === "absent" ? binaries.reason : undefined;

await describeCases("with Kubewarden's own programs", absent, async (kubectl) => {
  if ("absent" in programs || binaries.kind === "absent") throw new Error(absent);
  return await startRealCluster(binaries.paths, kubectl, withKubewarden(programs));
});
