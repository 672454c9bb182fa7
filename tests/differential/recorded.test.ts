import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { areas } from "./areas/all.ts";
import { recorded, spellTersely } from "./record.ts";

describe("what OpenKruise itself answered", () => {
  for (const area of areas) {
    it(`is what is answered here: ${area.name}`, async () => {
      const cases = recorded(area);
      assert.ok(cases.length >= 40);
      for (const { input, theirs } of cases) {
        const outcome = await area.judge(input, theirs, spellTersely);
        assert.notEqual(outcome.kind, "different", `${JSON.stringify(outcome)}\n${JSON.stringify(input)}`);
      }
    });
  }
});
