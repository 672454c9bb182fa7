import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { findBinaries, findKubectl, type Program } from "../control-plane/binaries.ts";
import { startControlPlane } from "../control-plane/control-plane.ts";
import { calls } from "./calls.ts";
import { play } from "./play.ts";

/** The recording that the sandbox is held to. */
export const recordingFile = join(import.meta.dirname, "kube-apiserver.recorded.json");

const definition = join(import.meta.dirname, "../../../policy/manifests/crd/sidecarsets.yaml");
/** Without it Pods carry nothing of the API server's own service account plugin, which the sandbox has no part of. */
const withoutControllers: ReadonlySet<Program> = new Set(["etcd", "kube-apiserver"]);

if (import.meta.main) {
  const found = await findBinaries({ build: false });
  const kubectl = await findKubectl();
  if (found.kind === "absent" || kubectl === undefined) {
    console.log(`skipped, because ${found.kind === "absent" ? found.reason : "kubectl is absent"}`);
  } else {
    const paths = new Map([...found.paths].filter(([program]) => withoutControllers.has(program)));
    const plane = await startControlPlane(paths);
    const env = { ...process.env, KUBECONFIG: plane.kubeconfig };
    await promisify(execFile)(kubectl, ["apply", "--server-side", "-f", definition], { env });
    await promisify(execFile)(kubectl, ["wait", "--for=condition=Established", "-f", definition], { env });
    while ((await plane.admin.get("/apis/apps.kruise.io/v1beta1/sidecarsets")).status !== 200)
      await sleep(100);
    const server: string = (await plane.admin.get("/version")).body.gitVersion;
    const replies = await play(plane.admin.access, calls);
    await plane.stop();
    writeFileSync(recordingFile, `${JSON.stringify({ server, replies }, undefined, 1)}\n`);
    console.log(`${replies.length} answers of kube-apiserver ${server} recorded`);
  }
}
