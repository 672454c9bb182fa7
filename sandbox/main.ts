import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { logLevels, pinoLogger } from "@sidecarset/controller/observability/pino-logger.ts";
import type { RolloutReport } from "./admission/policy-servers.ts";
import { startProject } from "./project.ts";

/*
 * npm run sandbox [-- --port 8001 --rollout-ms 60000 --log-level info]
 *
 * Keeps a sandbox running until Ctrl-C and says how to use it with kubectl. `--rollout-ms` is how long a changed policy
 * takes until it is in force, about a minute with a real PolicyServer; 0, the default, lets one command follow another.
 */

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    "rollout-ms": { type: "string", default: "0" },
    "log-level": { type: "string", default: "warn" },
  },
});

const kubeconfigFile = fileURLToPath(new URL("../build/sandbox.kubeconfig", import.meta.url));

const rolloutMs = Number(values["rollout-ms"]);
const level = logLevels.find((name) => name === values["log-level"]) ?? "warn";
const project = await startProject({
  port: Number(values.port),
  policyServerDelayMs: rolloutMs,
  onPolicyRollout: tellRollout,
  controller: { settingsIntervalMs: rolloutMs, settingsGatherMs: 10, logger: pinoLogger(level) },
});
await project.controller.started;
mkdirSync(fileURLToPath(new URL("../build/", import.meta.url)), { recursive: true });
writeFileSync(kubeconfigFile, project.sandbox.kubeconfig(), { mode: 0o600 });

console.log(`API server at ${project.sandbox.url}, everything in memory; the controller is running.

  export KUBECONFIG=${kubeconfigFile}
  kubectl apply -f policy/examples/sidecarset.yaml
  kubectl get sidecarset
  kubectl apply -f policy/examples/pod.yaml
  kubectl get pods -w

Ctrl-C stops it.`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    void project.close().then(() => process.exit(0));
  });
}

function tellRollout({ server, problem }: RolloutReport): void {
  const outcome = problem === undefined ? "runs with the new policies" : `keeps its old policies: ${problem}`;
  console.log(`PolicyServer ${server} ${outcome}`);
}
