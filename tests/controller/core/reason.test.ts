import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { reasons } from "../../../controller/core/reason.ts";

test("docs/errors.md tells of every reason of a condition, and of no other", () => {
  const document = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
  const section = /## Conditions of a SidecarSet\n([\s\S]*?)\n## /.exec(document)?.[1] ?? "";
  const told = [...section.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1] ?? "");
  assert.deepEqual(told.toSorted(), Object.values(reasons).toSorted());
});
