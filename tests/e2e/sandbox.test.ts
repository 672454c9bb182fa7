import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProject } from "../../sandbox/project.ts";
import { ApiClient } from "./control-plane/api-client.ts";
import { type Cluster, describeCases } from "./describe-cases.ts";

await describeCases("in the sandbox", undefined, startSandboxCluster);

/** The sandbox with the controller in this process: the same cases as on a real API server. */
async function startSandboxCluster(kubectl: string): Promise<Cluster> {
  const started = performance.now();
  const project = await startProject({ controller: { settingsIntervalMs: 200 } });
  await project.controller.started;
  const folder = mkdtempSync(join(tmpdir(), "sidecarset-sandbox-"));
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, project.sandbox.kubeconfig());
  const admin = new ApiClient({ server: project.sandbox.url });
  return {
    name: "sandbox",
    admin,
    kubeconfig,
    kubectl,
    hasControllers: false,
    startSeconds: (performance.now() - started) / 1000,
    problems: () => [],
    controllerLog: () => "",
    summary: () => "stopped",
    restartApiServer: () => project.sandbox.restart(500),
    interruptPolicies: () => {
      const resume = project.sandbox.policyServers.interrupt();
      return Promise.resolve(() => Promise.resolve(resume()));
    },
    async stop() {
      admin.close();
      await project.close();
      rmSync(folder, { recursive: true });
    },
  };
}
