import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import * as fc from "fast-check";
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

interface ExpressionVector {
  expression: string;
  /** The only name that is bound. */
  variable: string;
  /** The quantity that it is bound to, or the number 1 where it is `1.0`. */
  bound: string;
  /** Canonical text; absent when the expression fails. */
  result?: string;
}

interface ValidationVector {
  /** Containers, init containers and volumes, before defaulting. */
  spec: Record<string, unknown>;
  /** The verdict of Kubernetes 1.32 on a Pod that has them with their defaults. */
  accepted: boolean;
  /** What it found fault with. */
  at?: string[];
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

describe("expressions", () => {
  it("compute what the original computes, rounding included", () => {
    const all = vectors<ExpressionVector>("expression");
    const input = all
      .map(({ variable, bound, expression }) => `${variable}=${bound} ${expression}\n`)
      .join("");
    const lines = rooms.call("expressions", input).split("\n");
    for (const [i, { expression, result }] of all.entries()) {
      if (result === undefined) assert.match(lines[i] ?? "", /^! ./, expression);
      else assert.equal(lines[i], result, expression);
    }
  });

  it("that nest too deep are refused, not run into the ground", () => {
    const deep = "(".repeat(100_000);
    assert.equal(
      rooms.call("expressions", `cpu=1 ${deep}\ncpu=1 ${"-".repeat(9000)}1\n`),
      "! nested too deep\n".repeat(2),
    );
  });

  it("read decimals to the nearest double", () => {
    const bits = new BigUint64Array(1);
    const float = new Float64Array(bits.buffer);
    const random = mulberry32(7);
    const texts = [
      "0.1",
      "1e23",
      "9007199254740993",
      "2.2250738585072011e-308",
      "5e-324",
      "1.7976931348623157e308",
      "1.7976931348623159e308",
      "9".repeat(310),
      "9".repeat(400),
    ];
    for (let i = 0; i < 300; i++)
      texts.push(`${random()}`, `${Math.floor(random() * 1e9)}e${Math.floor(random() * 60) - 30}`);
    for (const text of texts) {
      float[0] = Number(text);
      assert.equal(rooms.call("decimalBits", text), String(bits[0]), text);
    }
  });
});

describe("containers and volumes", () => {
  it("are judged as Kubernetes judges them in a Pod", () => {
    for (const { spec, accepted, at } of vectors<ValidationVector>("validation")) {
      const [problems = ""] = rooms
        .call("judged", JSON.stringify({ metadata: { name: "x" }, spec }))
        .split("\n---\n");
      assert.equal(problems === "", accepted, `${JSON.stringify(at)} ${problems} ${JSON.stringify(spec)}`);
    }
  });
});

describe("intersections of selectors", () => {
  const key = fc.constantFrom("a", "b");
  const value = fc.constantFrom("1", "2", "3");
  const requirement = fc.oneof(
    fc.record({
      key,
      operator: fc.constantFrom("In", "NotIn"),
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ key, operator: fc.constantFrom("Exists", "DoesNotExist") }),
  );
  const selector = fc.record({
    matchLabels: fc.dictionary(key, value, { maxKeys: 2 }),
    matchExpressions: fc.array(requirement, { maxLength: 4 }),
  });
  type Selector = { matchLabels: Record<string, string>; matchExpressions: Requirement[] };
  type Requirement = { key: string; operator: string; values?: string[] };

  function selects({ matchLabels, matchExpressions }: Selector, labels: Map<string, string>): boolean {
    const holds = ({ key, operator, values = [] }: Requirement): boolean => {
      const found = labels.get(key);
      if (operator === "In") return found !== undefined && values.includes(found);
      if (operator === "NotIn") return found === undefined || !values.includes(found);
      return (operator === "Exists") === (found !== undefined);
    };
    return (
      Object.entries(matchLabels).every(([name, wanted]) => labels.get(name) === wanted) &&
      matchExpressions.every(holds)
    );
  }

  /** Every state of the two keys: absent, one of the values, or a value that no selector names. */
  function* states(): Generator<Map<string, string>> {
    for (const a of [undefined, "1", "2", "3", "other"]) {
      for (const b of [undefined, "1", "2", "3", "other"]) {
        const labels = new Map<string, string>();
        if (a !== undefined) labels.set("a", a);
        if (b !== undefined) labels.set("b", b);
        yield labels;
      }
    }
  }

  it("are found exactly, with labels that both selectors select", () => {
    const property = fc.property(selector, selector, (left, right) => {
      const witness = rooms.call("intersection", JSON.stringify(left), JSON.stringify(right));
      const meets = [...states()].some((labels) => selects(left, labels) && selects(right, labels));
      assert.equal(witness !== "-", meets);
      if (witness === "-") return;
      const labels = new Map<string, string>();
      for (const label of witness.split(",").filter((text) => text !== "")) {
        const [name = "", found = ""] = label.split("=");
        labels.set(name, found);
      }
      assert.ok(selects(left, labels) && selects(right, labels), witness);
    });
    fc.assert(property, { numRuns: 1000 });
  });
});

describe("OpenKruise's overlap of selectors", () => {
  const where = (key: string, operator: string, ...values: string[]) => ({
    matchExpressions: [{ key, operator, ...(values.length > 0 ? { values } : {}) }],
  });
  const label = (key: string, value: string) => ({ matchLabels: { [key]: value } });
  const rows: [object, object, boolean][] = [
    [label("a", "b"), label("c", "d"), true],
    [label("a", "b"), where("c", "Exists"), false],
    [label("a", "b"), where("a", "Exists"), true],
    [where("a", "In", "b", "c"), where("a", "NotIn", "b"), true],
    [where("a", "In", "b", "c"), where("a", "NotIn", "b", "c", "d"), false],
    [where("a", "NotIn", "b"), where("a", "DoesNotExist"), true],
    [where("a", "Exists"), where("a", "DoesNotExist"), false],
    [where("a", "Exists"), where("a", "NotIn", "x"), false],
    [where("a", "DoesNotExist"), label("b", "c"), true],
    [{ ...label("a", "b"), ...where("a", "In", "c") }, label("a", "c"), false],
    [label("a", "ALL"), label("a", "b"), false],
  ];
  it("is that of its own tests", () => {
    for (const [left, right, overlaps] of rows) {
      const texts = [JSON.stringify(left), JSON.stringify(right)] as const;
      assert.equal(rooms.call("heuristic", ...texts), String(overlaps), texts.join(" "));
    }
  });
});

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
