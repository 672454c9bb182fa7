import assert from "node:assert/strict";
import { test } from "node:test";
import { simulate } from "./simulate.ts";

const seed = Date.now() % 2 ** 31;
const steps = 1_000;

test(`the controller keeps its promises whatever goes wrong: ${steps} random steps, seed ${seed}`, async () => {
  const { podWrites, statusWrites } = await simulate({ steps, seed });
  assert.ok(podWrites > 0 && statusWrites > 0, "a simulation in which nothing happens proves nothing");
});
