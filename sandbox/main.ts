import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { RolloutReport } from "./admission/policy-servers.ts";
import { startProjectSandbox } from "./project.ts";

/*
 * npm run sandbox [-- --port 8001 --rollout-ms 2000]
 *
 * Keeps a sandbox running until Ctrl-C and says how to use it with kubectl.
 */

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    "rollout-ms": { type: "string", default: "1000" },
  },
});

const kubeconfigFile = fileURLToPath(new URL("../build/sandbox.kubeconfig", import.meta.url));

const sandbox = await startProjectSandbox({
  port: Number(values.port),
  policyServerDelayMs: Number(values["rollout-ms"]),
  onPolicyRollout: tellRollout,
});
mkdirSync(fileURLToPath(new URL("../build/", import.meta.url)), { recursive: true });
writeFileSync(kubeconfigFile, sandbox.kubeconfig(), { mode: 0o600 });

console.log(`API server at ${sandbox.url}, everything in memory.

  export KUBECONFIG=${kubeconfigFile}
  kubectl apply -f policy/examples/sidecarset.yaml
  kubectl get sidecarset
  kubectl apply -f policy/examples/pod.yaml
  kubectl get pods -w

Ctrl-C stops it.`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    void sandbox.close().then(() => process.exit(0));
  });
}

function tellRollout({ server, problem }: RolloutReport): void {
  const outcome = problem === undefined ? "runs with the new policies" : `keeps its old policies: ${problem}`;
  console.log(`PolicyServer ${server} ${outcome}`);
}
