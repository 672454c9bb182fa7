import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzCase, layers } from "./fuzz/case.ts";
import { parseExactly, unintended } from "./fuzz/differences.ts";
import { readFixtures } from "./fuzz/fixture.ts";
import { minimised } from "./fuzz/minimise.ts";
import { Promises } from "./fuzz/promises.ts";

/** `npm run fuzz` runs a million; FUZZ_SEED repeats a run. */
const CASES = 4000;
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 0x7fffffff);

for (const layer of layers) {
  test(`the policy keeps its promises for generated ${layer}`, (context) => {
    const promises = new Promises();
    for (let index = layers.indexOf(layer); index < CASES; index += layers.length) {
      const broken = promises.broken(fuzzCase(SEED, index));
      assert.equal(broken, undefined, `FUZZ_SEED=${SEED}, case ${index}: ${broken}; see npm run fuzz`);
    }
    const { slowest, mutated } = promises;
    context.diagnostic(`seed ${SEED}, slowest ${slowest.toFixed(1)} ms, ${mutated} objects mutated`);
    if (layer === "structures") assert.ok(mutated > CASES / 20, `${mutated} objects mutated`);
  });
}

test("seed and number decide a case", () => {
  for (const index of [0, 1, 2, 3]) {
    assert.deepEqual(fuzzCase(7, index), fuzzCase(7, index));
    assert.notDeepEqual(fuzzCase(7, index).payload, fuzzCase(8, index).payload);
  }
});

for (const [name, kept] of readFixtures()) {
  test(`the policy keeps its promises for ${name}`, () => {
    assert.equal(new Promises().broken(kept), undefined);
  });
}

const sent = {
  metadata: { name: "p", n: 1 },
  spec: { containers: [{ name: "main" }], volumes: [{ name: "v" }] },
};
const injected = { name: "log", env: [{ name: "IS_INJECTED", value: "true" }] };

for (const [what, after, difference] of [
  [
    "an injected container",
    { ...sent, spec: { ...sent.spec, containers: [injected, ...sent.spec.containers] } },
    undefined,
  ],
  [
    "a container that is not marked",
    { ...sent, spec: { ...sent.spec, containers: [...sent.spec.containers, { name: "x" }] } },
    "spec.containers",
  ],
  [
    "a container that is gone",
    { ...sent, spec: { ...sent.spec, containers: [injected] } },
    "spec.containers",
  ],
  [
    "another volume in front",
    { ...sent, spec: { ...sent.spec, volumes: [{ name: "w" }, { name: "v" }] } },
    "spec.volumes",
  ],
  ["another label", { ...sent, metadata: { ...sent.metadata, labels: { a: "b" } } }, "metadata.labels"],
  [
    "a foreign annotation",
    { ...sent, metadata: { ...sent.metadata, annotations: { a: "b" } } },
    "metadata.annotations[a]",
  ],
] as const) {
  test(`the fuzzer tells ${what} apart`, () => {
    const [before, now] = [sent, after].map((pod) => parseExactly(JSON.stringify(pod)));
    assert.equal(unintended(before ?? null, now ?? null, new Set()), difference);
  });
}

test("the fuzzer sees a number that is spelt differently", () => {
  const [before, after] = ["1.0", "1"].map((number) => parseExactly(`{"spec":{"n":${number}}}`));
  assert.equal(unintended(before ?? null, after ?? null, new Set()), "spec.n");
});

test("a failing case is made small", () => {
  const payload = new TextEncoder().encode(JSON.stringify({ a: [1, { b: "bad", c: 2 }], d: {} }));
  const fails = (candidate: { payload: Uint8Array }) =>
    new TextDecoder().decode(candidate.payload).includes("bad");
  const smallest = minimised({ operation: "validate", host: undefined, payload }, fails);
  assert.equal(new TextDecoder().decode(smallest.payload), '{"a":[{"b":"bad"}]}');
  const bytes = minimised(
    { operation: "validate", host: undefined, payload: new TextEncoder().encode("{{xx bad yy") },
    fails,
  );
  assert.equal(new TextDecoder().decode(bytes.payload), "bad");
});
