import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

const table = readFileSync("docs/adr/0015-oddities.md", "utf8");
const rows = [...table.matchAll(/^\| (O-\d+)\s*\|(.*)\|$/gm)].map(([, number = "", cells = ""]) => {
  const [oddity = "", verdict = "", how = "", tests = ""] = cells.split("|").map((cell) => cell.trim());
  return {
    number,
    oddity,
    verdict,
    how,
    tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file),
  };
});

test("every oddity of OpenKruise has one row, in order", () => {
  assert.deepEqual(
    rows.map(({ number }) => number),
    Array.from({ length: 57 }, (_, index) => `O-${index + 1}`),
  );
});

for (const { number, oddity, verdict, how, tests } of rows) {
  test(`${number} is judged and shown`, () => {
    assert.match(verdict, /^(kept|fixed|not applicable)$/);
    assert.notEqual(oddity, "");
    if (verdict !== "kept") assert.notEqual(how, "");
    assert.ok(tests.length > 0, "a test");
    for (const file of tests) assert.ok(existsSync(file), file);
  });
}
