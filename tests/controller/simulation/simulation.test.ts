import assert from "node:assert/strict";
import { test } from "node:test";
import { simulate } from "./simulate.ts";

// Always the same steps here, so that a failure is of the change at hand; new ones are for `npm run simulate`.
const seed = 1;
const steps = 1_000;

test(`the controller keeps its promises whatever goes wrong: ${steps} random steps, seed ${seed}`, async () => {
  const { podWrites, statusWrites } = await simulate({ steps, seed });
  assert.ok(podWrites > 0 && statusWrites > 0, "a simulation in which nothing happens proves nothing");
});
