import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ApiClient } from "../../../controller/k8s/client.ts";
import { type ApiObject, objectCodec } from "../../../controller/k8s/codec/json-codec.ts";
import { Reflector } from "../../../controller/k8s/reflector.ts";
import { sidecarSets } from "../../../controller/k8s/resource.ts";
import { Store } from "../../../controller/k8s/store.ts";
import { silentLogger } from "../../../controller/observability/logger.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";
import { type Fault, FaultyCollection } from "./faulty-collection.ts";
import { ScriptedServer } from "./scripted-server.ts";

const name = fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h");
const fault = fc.constantFrom<Fault>(
  "refused",
  "cut",
  "cut-inside",
  "garbage",
  "expired",
  "duplicated",
  "reordered",
  "silent",
);
interface Write {
  readonly kind: "put" | "delete";
  readonly name: string;
}

type Step =
  | Write
  | { readonly kind: "gap"; readonly writes: readonly Write[]; readonly fault: Fault }
  | { readonly kind: "compact" | "cut" }
  | { readonly kind: "faults"; readonly faults: readonly Fault[] }
  | { readonly kind: "wait"; readonly turns: number };

const write: fc.Arbitrary<Write> = fc.record({ kind: fc.constantFrom("put", "delete"), name });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: write },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("gap"),
      writes: fc.array(write, { minLength: 1, maxLength: 5 }),
      fault,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("compact", "cut") }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("faults"), faults: fc.array(fault, { maxLength: 4 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("wait"), turns: fc.nat({ max: 8 }) }) },
);

const versions = (objects: Iterable<ApiObject>): Map<string, string> =>
  new Map([...objects].map(({ metadata }) => [metadata.name, `${metadata.uid} ${metadata.resourceVersion}`]));

function change(collection: FaultyCollection, step: Exclude<Step, { kind: "wait" }>): void {
  switch (step.kind) {
    case "gap":
      // What was written while no watch was open comes all at once, by a request that has the fault.
      collection.cutWatches();
      collection.plan([step.fault]);
      for (const write of step.writes) change(collection, write);
      break;
    case "put":
      collection.put(step.name);
      break;
    case "delete":
      collection.delete(step.name);
      break;
    case "compact":
      collection.compact();
      break;
    case "cut":
      collection.cutWatches();
      break;
    case "faults":
      collection.plan(step.faults);
      break;
  }
}

async function play(steps: readonly Step[]): Promise<void> {
  const server = await ScriptedServer.start();
  const clock = new FakeClock();
  const client = new ApiClient(server.access);
  const codec = objectCodec<ApiObject>();
  const store = new Store({ identify: (object: ApiObject) => codec.identify(object), logger: silentLogger });
  const told = new Map<string, ApiObject>();
  const wrong: string[] = [];
  store.onChange(({ kind, key, ...change }) => {
    if ((kind === "added") === told.has(key)) wrong.push(`${kind} ${key}`);
    if ("after" in change) told.set(key, change.after);
    else told.delete(key);
  });
  const reflector = new Reflector({
    client,
    resource: sidecarSets,
    codec,
    store,
    clock,
    logger: silentLogger,
  });
  const stop = new AbortController();
  const collection = new FaultyCollection();
  void collection.serve(server);
  const running = reflector.run(stop.signal);
  const turn = async (): Promise<void> => {
    clock.advance(2000);
    await new Promise((resolve) => setImmediate(resolve));
  };
  try {
    for (const step of steps) {
      if (step.kind === "wait") for (let turns = 0; turns < step.turns; turns += 1) await turn();
      else change(collection, step);
    }
    collection.heal();
    const want = versions(collection.objects.values());
    const isCurrent = (): boolean =>
      reflector.hasSynced &&
      [...want].every(([key, version]) => versions(store.values()).get(key) === version) &&
      store.size === want.size;
    for (let turns = 0; turns < 600 && !isCurrent(); turns += 1) await turn();
    assert.deepEqual(versions(store.values()), want);
    assert.deepEqual(versions(told.values()), want);
    assert.deepEqual(wrong, []);
  } finally {
    stop.abort(new Error("over"));
    await running;
    client.close();
    await server.stop();
  }
}

test("under any schedule of faults the store ends equal to the server, and listeners heard how", async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 50 }), play), {
    numRuns: Number(process.env["FUZZ_RUNS"] ?? 40),
  });
});
