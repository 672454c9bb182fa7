import assert from "node:assert/strict";
import { test } from "node:test";
import { EventSeries } from "../../../controller/core/event-series.ts";

const minute = 60_000;

test("what happens again is counted, at most every ten seconds, and begins anew after a pause", () => {
  const series = new EventSeries();
  assert.deepEqual(series.happened("uid", "Ready Done", 0), { kind: "create" });
  series.created("uid", "Ready Done", "set.1");
  assert.deepEqual(series.happened("uid", "Ready Done", 1_000), { kind: "skip" });
  assert.deepEqual(series.happened("uid", "Ready Done", 11_000), { kind: "count", name: "set.1", count: 3 });
  assert.deepEqual(series.happened("uid", "Ready Done", 12 * minute), { kind: "create" });
});

test("another reason and another object have their own series", () => {
  const series = new EventSeries();
  for (const uid of ["one", "two"]) {
    for (const kind of ["Ready Done", "Ready Paused"]) {
      assert.deepEqual(series.happened(uid, kind, 0), { kind: "create" });
    }
  }
});

test("an Event that was not written, or is gone, is written anew", () => {
  const series = new EventSeries();
  series.happened("uid", "Ready Done", 0);
  assert.deepEqual(series.happened("uid", "Ready Done", 20_000), { kind: "skip" }, "not written yet");
  series.lost("uid", "Ready Done");
  assert.deepEqual(series.happened("uid", "Ready Done", 20_000), { kind: "create" });
});

test("one object gets no more than so many Events, and others are not held up", () => {
  const series = new EventSeries();
  const kinds = Array.from({ length: 40 }, (_, index) => series.happened("uid", `Ready ${index}`, 0).kind);
  assert.equal(kinds.filter((kind) => kind === "create").length, 25);
  assert.deepEqual(series.happened("other", "Ready 0", 0), { kind: "create" });
  assert.deepEqual(series.happened("uid", "Ready late", minute), { kind: "create" });
});
