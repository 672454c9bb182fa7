import assert from "node:assert/strict";
import { test } from "node:test";
import { Pool } from "../../../controller/k8s/codec/pool.ts";

test("values in use stay shared however many others come; others are forgotten after two fillings", () => {
  const pool = new Pool<{ readonly id: string }>(10);
  const make = (id: string) => pool.share(id, () => ({ id }));
  const used = make("used");
  const unused = make("unused");
  for (let count = 0; count < 100; count += 1) {
    make(`other-${count}`);
    if (count % 5 === 0) assert.equal(make("used"), used);
  }
  assert.notEqual(make("unused"), unused);
});
