import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { callRaw } from "./policy.ts";

interface Vector {
  name: string;
  selector?: unknown;
  labels?: unknown;
  selectorText?: string;
  labelsText?: string;
  matches?: boolean;
  error?: string;
}

const file = new URL("../vectors/selector.json", import.meta.url);
const { cases }: { cases: Vector[] } = JSON.parse(readFileSync(file, "utf8"));

interface Answer {
  mutated_object?: unknown;
  warnings?: string[];
}

/** Asks with the texts of the vector spliced in as they are. The hashes keep the set from being validated first. */
function ask(vector: Vector): Answer {
  const selector = vector.selectorText ?? JSON.stringify(vector.selector ?? null);
  const labels = vector.labelsText ?? JSON.stringify(vector.labels ?? null);
  const hashes =
    '"annotations":{"kruise.io/sidecarset-hash":"h","kruise.io/sidecarset-hash-without-image":"w"}';
  const set = `{"metadata":{"name":"s",${hashes}},"spec":{"containers":[{"name":"c"}],"selector":${selector}}}`;
  const pod = `{"metadata":{"labels":${labels}},"spec":{"containers":[]}}`;
  const request = `{"kind":{"group":"","version":"v1","kind":"Pod"},"operation":"CREATE","object":${pod}}`;
  const answer: Answer = JSON.parse(
    callRaw("validate", `{"request":${request},"settings":{"sidecarSets":[${set}]}}`),
  );
  return answer;
}

for (const vector of cases) {
  test(vector.name, () => {
    const answer = ask(vector);
    assert.equal(answer.mutated_object !== undefined, vector.matches ?? false);
    const warning = answer.warnings?.[0] ?? "";
    if (vector.error === undefined) assert.equal(warning, "");
    else {
      assert.ok(warning.startsWith("sidecarset s is skipped: spec.selector"), warning);
      assert.ok(warning.includes(vector.error), warning);
    }
  });
}
