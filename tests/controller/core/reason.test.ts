import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { reasons } from "../../../controller/core/reason.ts";

const document = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");

/** Reasons in the table of a section. */
function toldUnder(heading: string): readonly string[] {
  const [, rest = ""] = document.split(`\n## ${heading}\n`);
  const [section = ""] = rest.split("\n## ");
  return [...section.matchAll(/^\| `(\w+)` +\|/gm)].map((match) => match[1] ?? "");
}

test("docs/errors.md tells of every reason of a condition, and of no other", () => {
  assert.deepEqual(toldUnder("Conditions of a SidecarSet").toSorted(), Object.values(reasons).toSorted());
});

test("docs/errors.md tells of every reason that holds Pods, and of no other", () => {
  const source = readFileSync(new URL("../../../controller/core/reason.ts", import.meta.url), "utf8");
  const known = [...source.matchAll(/^ {2}\| "(\w+)"/gm)].map((match) => match[1] ?? "");
  assert.ok(known.includes("PartitionHeld"));
  assert.deepEqual(toldUnder("Pods that are held").toSorted(), known.toSorted());
});
