/**
 * What one evaluation costs: a fresh instance, its init and one call, as policy-server does it.
 *
 * Prints, for Pods and settings of several sizes, the median time of the policy and its ratio to (a) a guest that only
 * copies the payload and (b) Node parsing the payload and writing the Pod again. Run by `npm run bench:policy`.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PolicyModule } from "@kubewarden/as-sdk/host";
import { MATCHING_SETS, podOf, sidecarSetOf } from "./payloads.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ROUNDS = 7;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function buildBaseline(): Promise<PolicyModule> {
  mkdirSync(`${ROOT}build/bench`, { recursive: true });
  const flags = [
    "--optimizeLevel",
    "3",
    "--runtime",
    "stub",
    "--exportStart",
    "wapc_init",
    "--config",
    "none",
  ];
  const abort = "abort=~lib/@kubewarden/as-sdk/assembly/guest/abort/abort";
  const out = "build/bench/copy.wasm";
  execFileSync("asc", ["bench/policy/guest/copy.ts", "-o", out, "--use", abort, ...flags], { cwd: ROOT });
  return PolicyModule.load(ROOT + out);
}

/** Median time in milliseconds of one run, over rounds of runs that last about 60 ms each. */
function measure(run: () => void): number {
  const deadline = performance.now() + 150;
  let warm = 0;
  for (; performance.now() < deadline || warm < 3; warm += 1) run();
  const runs = Math.max(3, Math.ceil((warm * 60) / 150));
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    for (let index = 0; index < runs; index += 1) run();
    times.push((performance.now() - start) / runs);
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

function settingsOf(policy: PolicyModule, setCount: number): object {
  const sidecarSets = Array.from({ length: setCount }, (_, index) => {
    const isMatch = index >= setCount - MATCHING_SETS;
    const sidecarSet = sidecarSetOf(index, isMatch ? "bench" : `other-${index}`);
    const gvk = { group: "apps.kruise.io", version: "v1alpha1" };
    const request = {
      uid: "bench",
      kind: { ...gvk, kind: "SidecarSet" },
      resource: { ...gvk, resource: "sidecarsets" },
      operation: "CREATE" as const,
      object: sidecarSet,
    };
    return policy.validate(request, {}).mutated_object ?? sidecarSet;
  });
  return { sidecarSets };
}

function payloadOf(pod: object, settings: object): Uint8Array {
  const request = {
    kind: { group: "", kind: "Pod", version: "v1" },
    namespace: "default",
    object: pod,
    operation: "CREATE",
    resource: { group: "", resource: "pods", version: "v1" },
    uid: "bench",
  };
  return encoder.encode(JSON.stringify({ request, settings }));
}

const wasm = readFileSync(`${ROOT}build/policy.wasm`);
const policy = await PolicyModule.load(wasm);
const baseline = await buildBaseline();
console.log(`policy.wasm ${wasm.byteLength} bytes, Node ${process.version}; ${MATCHING_SETS} set matches`);
console.log("pod KB   sets   payload KB   policy ms   copy-only ms   ratio   Node JSON ms   ratio");
for (const podKilobytes of [5, 20, 100]) {
  const pod = podOf(podKilobytes * 1024);
  for (const setCount of [1, 10, 100, 1000]) {
    const payload = payloadOf(pod, settingsOf(policy, setCount));
    const own = measure(() => policy.call("validate", payload));
    const copy = measure(() => baseline.call("validate", payload));
    const json = measure(() => {
      const { request }: { request: { object: object } } = JSON.parse(decoder.decode(payload));
      encoder.encode(JSON.stringify({ accepted: true, mutated_object: request.object }));
    });
    const cells = [
      String(podKilobytes).padStart(6),
      String(setCount).padStart(6),
      (payload.byteLength / 1024).toFixed(0).padStart(12),
      own.toFixed(3).padStart(11),
      copy.toFixed(3).padStart(14),
      (own / copy).toFixed(2).padStart(7),
      json.toFixed(3).padStart(14),
      (own / json).toFixed(2).padStart(7),
    ];
    console.log(cells.join(" "));
  }
}
