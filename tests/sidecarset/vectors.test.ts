import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { ExposedRooms } from "./exposed-rooms.ts";

interface HashVector {
  name: string;
  /** The defaulted spec as JSON text, so that spellings a parser would even out survive. */
  spec: string;
  hash: string;
  hashWithoutImage?: string;
}

interface QuantityVector {
  text: string;
  /** As the original stores it; absent when the text is no quantity. */
  stored?: string;
  /** The same after rounding up to thousandths. */
  rounded?: string;
}

function vectors<T>(name: string): T[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the files are ours
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8")) as T[];
}

let rooms: ExposedRooms;
before(async () => {
  rooms = await ExposedRooms.build();
});

describe("hashes", () => {
  it("are those that Go computes", () => {
    const all = vectors<HashVector>("hash");
    assert.ok(all.length > 100);
    for (const { name, spec, hash, hashWithoutImage } of all) {
      const [got, gotWithoutImage] = rooms.call("hashes", spec).split("\n");
      assert.equal(got, hash, name);
      if (hashWithoutImage !== undefined) assert.equal(gotWithoutImage, hashWithoutImage, name);
    }
  });
});

describe("quantities", () => {
  it("are stored and rounded as Kubernetes does", () => {
    const all = vectors<QuantityVector>("quantity");
    const lines = rooms.call("quantities", all.map(({ text }) => `${text}\n`).join("")).split("\n");
    for (const [i, { text, stored, rounded }] of all.entries()) {
      assert.equal(lines[i], `${stored ?? "-"} ${rounded ?? "-"}`, JSON.stringify(text));
    }
  });

  it("are refused beyond the largest exponent, which the original would compute with", () => {
    assert.equal(rooms.call("quantities", "1e121\n1e120\n0e999999999999\n"), "- -\n1e120 1e120\n0 0\n");
  });
});
