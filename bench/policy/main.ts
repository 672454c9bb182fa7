/**
 * What one evaluation costs: a fresh instance, its init and one call, as policy-server does it.
 *
 * For Pods and settings of several sizes, prints the time of the policy and its ratio to guests and programs that ran
 * in turns with it: in Node's engine and, where it is built, in the wasmtime host of the contract suite. See README.md.
 *
 * Usage: npm run bench:policy -- [--pod KB]... [--sets N]... [--rounds N] [--build]
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PolicyModule } from "@kubewarden/as-sdk/host";
import { absence, builtProgram } from "../../tests/contract/wasmtime/program.ts";
import { WasmtimeHost } from "../../tests/contract/wasmtime/wasmtime-host.ts";
import { buildGuest, rustGuest } from "./guests.ts";
import { interleaved } from "./interleaved.ts";
import { payloadOf, podOf, settingsOf } from "./payloads.ts";

const { values } = parseArgs({
  options: {
    pod: { type: "string", multiple: true, default: ["5", "20", "100"] },
    sets: { type: "string", multiple: true, default: ["1", "10", "100", "1000"] },
    rounds: { type: "string", default: "9" },
    build: { type: "boolean", default: false },
  },
});
const options = { rounds: Number(values.rounds), turnMilliseconds: 30 };

const policyPath = join(import.meta.dirname, "../../build/policy.wasm");
const takePath = buildGuest("take");
const copyPath = buildGuest("copy");
const rust = rustGuest(values.build);
const program = builtProgram();
const wasmtime = program === undefined ? undefined : new WasmtimeHost(program);
const policy = await PolicyModule.load(policyPath);
const copy = await PolicyModule.load(copyPath);

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Times in milliseconds by column. */
interface Row {
  payload: Uint8Array;
  node: { own: number; copy: number; json: number };
  wasmtime?: { own: number; take: number; copy: number; rust: number | undefined };
}

function rowOf(payload: Uint8Array): Row {
  const json = (): void => {
    const { request }: { request: { object: object } } = JSON.parse(decoder.decode(payload));
    encoder.encode(JSON.stringify({ accepted: true, mutated_object: request.object }));
  };
  const tasks = [() => policy.call("validate", payload), () => copy.call("validate", payload), json];
  const [own = 0, copied = 0, parsed = 0] = interleaved(tasks, options);
  const row: Row = { payload, node: { own, copy: copied, json: parsed } };
  if (wasmtime === undefined) return row;
  const modules = [policyPath, takePath, copyPath, ...("path" in rust ? [rust.path] : [])];
  const measured = wasmtime.measure(modules, payload, options);
  const [ours = 0, taken = 0, theirCopy = 0, theirs] = measured.map((of) => of.medianNanoseconds / 1e6);
  return { ...row, wasmtime: { own: ours, take: taken, copy: theirCopy, rust: theirs } };
}

/** Makes sure that what is compared does the same work. */
function assertInjecting(path: string, payload: Uint8Array, injects: boolean): void {
  const { outcome } = wasmtime?.call(path, "validate", payload) ?? { outcome: { failure: "no host" } };
  const answer = "answer" in outcome ? Buffer.from(outcome.answer, "base64").toString() : outcome.failure;
  const isMutated = answer.includes('"mutated_object":{');
  if (isMutated !== injects)
    throw new Error(`${path}: expected ${injects ? "a" : "no"} mutation: ${answer.slice(0, 300)}`);
}

console.log(`policy.wasm ${readFileSync(policyPath).byteLength} bytes, Node ${process.version}`);
if (program === undefined) console.log(`wasmtime: skipped, because ${absence()}`);
if ("absent" in rust) console.log(`Rust guest: skipped, because ${rust.absent}`);
else console.log(`Rust guest ${readFileSync(rust.path).byteLength} bytes`);

const columns = ["pod KB", "sets", "match", "payload KB", "node ms", "/copy", "/JSON"];
if (wasmtime !== undefined) columns.push("wasmtime ms", "/take", "/copy");
if (wasmtime !== undefined && "path" in rust) columns.push("Rust ms", "/copy", "/ours");
const widthOf = (column = ""): number => (column.startsWith("/") ? 7 : 13);
console.log(columns.map((name) => name.padStart(widthOf(name))).join(""));

for (const kilobytes of values.pod) {
  const pod = podOf(Number(kilobytes) * 1024);
  for (const sets of values.sets) {
    for (const matching of [0, 1]) {
      const payload = payloadOf(pod, settingsOf(policy, Number(sets), matching));
      if (wasmtime !== undefined) assertInjecting(policyPath, payload, matching > 0);
      if (wasmtime !== undefined && "path" in rust) assertInjecting(rust.path, payload, matching > 0);
      const { node, wasmtime: real } = rowOf(payload);
      const cells = [
        kilobytes,
        sets,
        `${matching}`,
        (payload.byteLength / 1024).toFixed(0),
        node.own.toFixed(3),
      ];
      cells.push((node.own / node.copy).toFixed(2), (node.own / node.json).toFixed(2));
      if (real !== undefined) {
        cells.push(real.own.toFixed(3), (real.own / real.take).toFixed(2), (real.own / real.copy).toFixed(2));
      }
      if (real?.rust !== undefined) {
        cells.push(real.rust.toFixed(3), (real.rust / real.copy).toFixed(2));
        cells.push((real.rust / real.own).toFixed(2));
      }
      console.log(cells.map((cell, index) => cell.padStart(widthOf(columns[index]))).join(""));
    }
  }
}
