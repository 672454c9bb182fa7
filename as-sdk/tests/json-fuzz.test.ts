import assert from "node:assert/strict";
import { before, test } from "node:test";
import { document, mutate } from "./json/documents.ts";
import { BUILDS, type JsonGuest, jsonGuest, jsonModule, put } from "./json/guest.ts";
import { random, seedOfThisRun } from "./json/random.ts";
import { nodes, tree } from "./json/tree.ts";

const seed = seedOfThisRun();
const documents = Number(process.env.FUZZ_DOCUMENTS ?? 200_000);
const MUTATIONS_OF_ONE = 10;
const names = ["simd", "scalar"] as const;
const guests = new Map<keyof typeof BUILDS, { guest: JsonGuest; buffer: number }>();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

before(async () => {
  for (const name of names) {
    const guest = jsonGuest(await jsonModule(name));
    guests.set(name, { guest, buffer: guest.documentBuffer() });
    guest.textBuffer();
  }
});

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(decoder.decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** Asks both builds for a document; answers whether it is JSON. */
function compare(bytes: Buffer): boolean {
  const expected = isJson(bytes);
  const failures: number[] = [];
  for (const [name, { guest, buffer }] of guests) {
    put(guest, buffer, bytes);
    const failed = guest.checkDocument(bytes.length);
    failures.push(failed);
    if ((failed === -1) !== expected) {
      assert.fail(`seed ${seed}, ${name}: check says ${failed}, JSON.parse says ${expected}: ${show(bytes)}`);
    }
  }
  assert.equal(failures[0], failures[1], `seed ${seed}: simd and scalar differ: ${show(bytes)}`);
  assert.ok((failures[0] ?? 0) <= bytes.length, `seed ${seed}: an offset outside: ${show(bytes)}`);
  return expected;
}

/**
 * Asks both builds where each value of the document last compared ends, by scanning and by the notes of the check;
 * answers how many values there were.
 */
function compareEnds(bytes: Buffer): number {
  const values = [...nodes(tree(bytes))];
  for (const [name, { guest }] of guests) {
    for (const noted of [false, true]) {
      if (noted) guest.noteEnds(bytes.length);
      for (const { start, end } of values) {
        const skipped = guest.skipAt(start);
        if (skipped === end) continue;
        const how = noted ? "with notes" : "without notes";
        assert.fail(`seed ${seed}, ${name}, ${how}: skip(${start}) = ${skipped}, not ${end}: ${show(bytes)}`);
      }
    }
    guest.forgetEnds();
  }
  return values.length;
}

function show(bytes: Buffer): string {
  return `${JSON.stringify(bytes.toString("latin1"))} (${bytes.toString("hex")})`;
}

test(`check and skip agree with JSON.parse on ${documents} mutated documents (FUZZ_SEED=${seed})`, (t) => {
  const source = random(seed);
  let sound = 0;
  let values = 0;
  for (let done = 0; done < documents; ) {
    const original = Buffer.from(document(source));
    assert.ok(compare(original), `seed ${seed}: the generator made no JSON: ${show(original)}`);
    values += compareEnds(original);
    for (let mutation = 0; mutation < MUTATIONS_OF_ONE && done < documents; mutation++, done++) {
      const mutated = mutate(source, original);
      if (!compare(mutated)) continue;
      sound++;
      values += compareEnds(mutated);
    }
  }
  t.diagnostic(
    `seed ${seed}: ${documents} mutated documents in 2 builds, ${sound} still JSON, ${values} values skipped`,
  );
  assert.ok(
    sound > documents / 50 && sound < documents / 2,
    `mutations are too tame or too wild: ${sound} sound`,
  );
});

test("every single byte in the places where a string, a number or a value may stand", () => {
  for (const [left, right] of [
    ["", ""],
    ['"', '"'],
    ['"\\', '"'],
    ['"\\u00', '0"'],
    ["1", ""],
    ["-", "0"],
    ["[", "]"],
    ['{"a"', "1}"],
    ["0", "1"],
    ["1e", "1"],
    ['"\xe0', '\x80"'],
    ['"\xf0', '\x80\x80"'],
    ['"\xf4', '\x80\x80"'],
    ['"\xed', '\x80"'],
    ['"0123456789abc', 'def"'],
  ] as const) {
    for (let byte = 0; byte < 256; byte++) {
      const bytes = Buffer.concat([
        Buffer.from(left, "latin1"),
        Buffer.of(byte),
        Buffer.from(right, "latin1"),
      ]);
      if (compare(bytes)) compareEnds(bytes);
    }
  }
});

test("strings with escapes at every distance from a block's edge end where they end", () => {
  for (let lead = 0; lead < 40; lead++) {
    for (const escapes of ["\\\\", '\\"', '\\\\\\"', "\\\\\\\\", '\\"}', "{[]}", "\\u0022"]) {
      const bytes = Buffer.from(`[{"${"x".repeat(lead)}${escapes}":["${escapes}"]},"${escapes}]",{}]`);
      assert.ok(compare(bytes));
      compareEnds(bytes);
    }
  }
});

test("512 levels are accepted and 513 refused at the bracket, in arrays and objects", () => {
  for (const [open, close] of [
    ["[", "]"],
    ['{"a":', "}"],
  ] as const) {
    const nested = (depth: number) => Buffer.from(open.repeat(depth) + "0" + close.repeat(depth));
    assert.ok(compare(nested(512)));
    compareEnds(nested(512));
    for (const { guest, buffer } of guests.values()) {
      const bytes = nested(513);
      put(guest, buffer, bytes);
      assert.equal(guest.checkDocument(bytes.length), 512 * open.length);
    }
  }
});

test("containers of every length are found, however many open side by side", () => {
  for (const depth of [1, 2, 7, 8, 9, 10, 20, 100]) {
    for (let length = 0; length < 200; length++) {
      const one = `${"[".repeat(depth)}"${"x".repeat(length)}"${"]".repeat(depth)}`;
      const bytes = Buffer.from(`{"a":${one},"b":[${one},${one}]}`);
      assert.ok(compare(bytes));
      compareEnds(bytes);
    }
  }
});

test("what the buffer held behind the document before does not matter", () => {
  for (const { guest, buffer } of guests.values()) {
    put(guest, buffer, Buffer.from('{"a":1}]]]]]]]]]]]]]]]]]]]]]]]]]]'));
    assert.equal(guest.checkDocument(1), 1);
    put(guest, buffer, Buffer.from('["0123456789abcdef0123456789abcdef"]'));
    assert.equal(guest.checkDocument(20), 20);
  }
});
