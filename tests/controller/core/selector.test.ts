import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { compileSelector } from "../../../controller/core/selector.ts";
import type { StringMap } from "../../../controller/model/pod.ts";

interface Case {
  readonly name: string;
  readonly selector?: unknown;
  readonly selectorText?: string;
  readonly labels?: StringMap | null;
  readonly labelsText?: string;
  readonly matches?: boolean;
  readonly error?: string;
}

const file = new URL("../../vectors/selector.json", import.meta.url);
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(file, "utf8"));

test("shared selector vectors", async (t) => {
  assert.ok(cases.length > 50, `expected the vectors, got ${cases.length}`);
  for (const { name, selector, selectorText, labels, labelsText, matches, error } of cases) {
    await t.test(name, () => {
      const compiled = compileSelector(selectorText === undefined ? selector : JSON.parse(selectorText));
      if (error !== undefined) {
        assert.equal(compiled.ok ? "no problem" : compiled.problem.field, error);
        return;
      }
      const parsed: StringMap | null = labelsText === undefined ? labels : JSON.parse(labelsText);
      assert.ok(compiled.ok);
      assert.equal(compiled.matches(parsed ?? {}), matches);
    });
  }
});

test("an empty selector can stand for everything", () => {
  for (const selector of [{}, { matchLabels: {} }, { matchExpressions: [] }]) {
    const compiled = compileSelector(selector, "everything");
    assert.ok(compiled.ok && compiled.matches({}));
  }
});

test("a label named like an Object member is only there when the Pod has it", () => {
  const compiled = compileSelector({ matchExpressions: [{ key: "constructor", operator: "Exists" }] });
  assert.ok(compiled.ok);
  assert.equal(compiled.matches({}), false);
  assert.equal(compiled.matches(Object.fromEntries([["constructor", "x"]])), true);
});
