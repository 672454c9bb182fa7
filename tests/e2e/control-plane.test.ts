import { findBinaries } from "./control-plane/binaries.ts";
import { describeCases } from "./describe-cases.ts";
import { startRealCluster } from "./real-cluster.ts";

const binaries = await findBinaries({
  build: process.env["E2E_BUILD"] === "1",
  report: ({ program, seconds }) => console.log(`built ${program} in ${seconds.toFixed(0)} s`),
});

await describeCases(
  "on a real control plane",
  binaries.kind === "absent" ? binaries.reason : undefined,
  async (kubectl) => {
    if (binaries.kind === "absent") throw new Error(binaries.reason);
    console.log(`control plane from ${binaries.source}`);
    return await startRealCluster(binaries.paths, kubectl);
  },
);
