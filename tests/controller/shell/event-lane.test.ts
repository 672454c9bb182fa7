import assert from "node:assert/strict";
import { test } from "node:test";
import { EventLane } from "../../../controller/shell/event-lane.ts";

test("one write is under way at a time, in their order; what there is no room for is dropped", async () => {
  let dropped = 0;
  let underWay = 0;
  const done: number[] = [];
  const lane = new EventLane(() => (dropped += 1));
  const finished = Promise.withResolvers<void>();
  for (let index = 0; index < 1_005; index++) {
    lane.add(async () => {
      underWay += 1;
      assert.equal(underWay, 1);
      await Promise.resolve();
      underWay -= 1;
      done.push(index);
      if (index === 1_000) finished.resolve();
    });
  }
  await finished.promise;
  assert.equal(dropped, 4, "one under way and a thousand behind it");
  assert.deepEqual(
    done,
    Array.from({ length: 1_001 }, (_, index) => index),
  );
});
