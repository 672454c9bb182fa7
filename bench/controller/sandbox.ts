/**
 * The controller as a process of its own against the sandbox: time to sync, memory, and one image rolled through all Pods.
 *
 * Usage: `npm run bench:controller -- [pods]`, 1000 by default. The sandbox lives in this process, so the memory printed
 * is the controller's alone; the times are those of both together.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Kube } from "../../sandbox/demo/kube.ts";
import { PODS, SIDECARSETS, podManifest } from "../../sandbox/demo/objects.ts";
import { startProjectSandbox } from "../../sandbox/project.ts";

const podCount = Number(process.argv[2] ?? 1000);
const SET = `${SIDECARSETS}/bench`;

const sandbox = await startProjectSandbox({
  kubelet: { bindMs: 1, startMs: 5, restartMs: 5, readyMs: 5, events: false },
});
const kube = new Kube(sandbox.url);
await kube.request("POST", SIDECARSETS, {
  apiVersion: "apps.kruise.io/v1alpha1",
  kind: "SidecarSet",
  metadata: { name: "bench" },
  spec: {
    selector: { matchLabels: { app: "nginx" } },
    updateStrategy: { maxUnavailable: "10%" },
    containers: [{ name: "sidecar1", image: "agent:1" }],
  },
});

const directory = mkdtempSync(join(tmpdir(), "sidecarset-bench-"));
const kubeconfig = join(directory, "kubeconfig");
writeFileSync(kubeconfig, sandbox.kubeconfig());
const started = performance.now();
const ports = ["--metrics-port", "0", "--health-port", "0"];
const pace = ["--settings-interval", "1s", "--write-rate", "100000", "--pod-writes", "8"];
const controller = spawn(
  process.execPath,
  ["controller/main.ts", "--kubeconfig", kubeconfig, "--log-level", "warn", ...ports, ...pace],
  { stdio: "inherit" },
);

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(2)} s`;

/** A line of /proc/PID/status in MiB: VmRSS now, VmHWM at its highest. */
function memory(field: "VmRSS" | "VmHWM"): string {
  const status = readFileSync(`/proc/${controller.pid}/status`, "utf8");
  const kilobytes = Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]);
  return `${(kilobytes / 1024).toFixed(0)} MiB`;
}

async function statusReaches(expected: Readonly<Record<string, number>>): Promise<void> {
  for (;;) {
    const { metadata, status = {} } = await kube.get(SET);
    const isCurrent = status["observedGeneration"] === metadata.generation;
    if (isCurrent && Object.entries(expected).every(([name, value]) => status[name] === value)) return;
    await sleep(20);
  }
}

while (
  (await kube.get(SET)).status?.conditions?.find(({ type }) => type === "InjectionReady")?.status !== "True"
) {
  await sleep(20);
}
console.log(`start to live settings  ${seconds(started)}   RSS ${memory("VmRSS")}`);

const created = performance.now();
for (let index = 0; index < podCount; index += 1)
  await kube.request("POST", PODS, podManifest(`web-${index}`));
await statusReaches({ matchedPods: podCount, readyPods: podCount });
console.log(`${podCount} Pods injected, counted  ${seconds(created)}   RSS ${memory("VmRSS")}`);

const rolled = performance.now();
const image = [{ op: "replace", path: "/spec/containers/0/image", value: "agent:2" }];
await kube.request("PATCH", SET, image, "application/json-patch+json");
await statusReaches({ updatedPods: podCount, updatedReadyPods: podCount });
console.log(
  `image rolled, 10% at once  ${seconds(rolled)}   RSS ${memory("VmRSS")}, highest ${memory("VmHWM")}`,
);

controller.kill("SIGTERM");
await new Promise((resolve) => controller.once("close", resolve));
await sandbox.close();
