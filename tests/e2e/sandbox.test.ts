import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProjectSandbox } from "../../sandbox/project.ts";
import { ApiClient } from "./control-plane/api-client.ts";
import { Controllers } from "./controllers.ts";
import { type Cluster, describeCases, policyFile } from "./describe-cases.ts";

await describeCases("in the sandbox", undefined, startSandboxCluster);

/** The sandbox in this process, the controllers beside it: the same cases as on a real API server. */
async function startSandboxCluster(kubectl: string): Promise<Cluster> {
  const started = performance.now();
  const sandbox = await startProjectSandbox();
  const folder = mkdtempSync(join(tmpdir(), "sidecarset-sandbox-"));
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, sandbox.kubeconfig());
  const admin = new ApiClient({ server: sandbox.url });
  const controllers = new Controllers({ kubeconfig, policyFile, folder, admin });
  return {
    name: "sandbox",
    admin,
    kubeconfig,
    kubectl,
    hasControllers: false,
    startSeconds: (performance.now() - started) / 1000,
    problems: () => controllers.problems(),
    log: () => controllers.log(),
    summary: () => "stopped",
    restartApiServer: () => sandbox.restart(500),
    compact() {
      sandbox.store.compact();
      sandbox.lists.expire();
      return Promise.resolve();
    },
    killLeader: () => controllers.killLeader(),
    interruptPolicies: () => {
      const resume = sandbox.policyServers.interrupt();
      return Promise.resolve(() => Promise.resolve(resume()));
    },
    async stop() {
      await controllers.stop();
      admin.close();
      await sandbox.close();
      rmSync(folder, { recursive: true });
    },
  };
}
