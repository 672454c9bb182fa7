import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { SettingsTrials } from "../../../controller/core/settings-trials.ts";

const entries = (texts: Readonly<Record<string, string>>) => new Map(Object.entries(texts));
const held = (trials: SettingsTrials, texts: Readonly<Record<string, string>>) =>
  [...trials.held(entries(texts))].join();

test("an entry that failed alone is held until it changes", () => {
  const trials = new SettingsTrials();
  assert.equal(held(trials, { a: "1", b: "1" }), "");
  trials.fail("list", entries({ a: "1" }), "why");
  assert.equal(held(trials, { a: "1" }), "a");
  assert.equal(held(trials, { a: "1", b: "1" }), "a");
  assert.deepEqual(trials.verdictOn("a", "1")?.kind, "guilty");
  assert.equal(trials.verdictOn("a", "2"), undefined);
  assert.equal(held(trials, { a: "2" }), "");
  assert.equal(held(trials, { a: "1" }), "", "forgotten with the change");
});

test("entries that failed together wait for the others, and are tried one at a time", () => {
  const trials = new SettingsTrials();
  trials.fail("list", entries({ b: "1", a: "1", c: "1" }), "why");
  assert.deepEqual(trials.verdictOn("b", "1")?.others, ["a", "c"]);
  assert.equal(held(trials, { a: "1", b: "1", c: "1", d: "1" }), "a,b,c");
  assert.equal(held(trials, { a: "1", b: "1", c: "1" }), "b,c");
  trials.fail("list", entries({ a: "1" }), "why");
  assert.equal(held(trials, { a: "1", b: "1", c: "1" }), "a,c");
  assert.equal(held(trials, { a: "1", c: "1" }), "a");
  trials.acquit();
  assert.equal(held(trials, { a: "1", c: "1" }), "");
});

test("whichever sets are bad, the good ones get in, and no settings are tried twice", () => {
  const names = ["a", "b", "c", "d", "e"];
  fc.assert(
    fc.property(fc.subarray(names), fc.subarray(names, { minLength: 1 }), (bad, wanted) => {
      const trials = new SettingsTrials();
      const live = new Set<string>();
      const tried = new Set<string>();
      for (;;) {
        const changes = new Map(wanted.filter((name) => !live.has(name)).map((name) => [name, "1"]));
        const kept = trials.held(changes);
        const written = [...changes.keys()].filter((name) => !kept.has(name));
        if (written.length === 0) break;
        const settings = [...live, ...written].toSorted().join();
        const known = trials.whyFailed(settings);
        assert.ok(known !== undefined || !tried.has(settings), settings);
        tried.add(settings);
        if (known === undefined && !written.some((name) => bad.includes(name)))
          written.forEach((name) => live.add(name));
        else trials.fail(settings, new Map(written.map((name) => [name, "1"])), "why");
      }
      assert.deepEqual([...live].toSorted(), wanted.filter((name) => !bad.includes(name)).toSorted());
    }),
  );
});
