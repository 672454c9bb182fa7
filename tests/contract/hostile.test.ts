import assert from "node:assert/strict";
import { test } from "node:test";
import { POD_PAYLOAD, PAYLOADS } from "./payloads.ts";
import { type Json, brokenPromise, pod, podRequest, sidecarSet } from "./policy.ts";

function assertKept(operation: string, payload: string | Uint8Array, what: string): void {
  const broken = brokenPromise(operation, payload);
  assert.equal(broken, undefined, `${what}: ${broken}`);
}

for (const [what, [operation, payload]] of Object.entries(PAYLOADS)) {
  test(`${what}, cut off at every byte, gets one answer`, () => {
    const bytes = new TextEncoder().encode(JSON.stringify(payload));
    for (let end = 0; end <= bytes.length; end++) assertKept(operation, bytes.subarray(0, end), `at ${end}`);
  });

  test(`${what}, with wrong types at every path, gets one answer`, (context) => {
    let cases = 0;
    const text = JSON.stringify(payload);
    for (const path of paths(JSON.parse(text))) {
      for (const wrong of WRONG) {
        assertKept(
          operation,
          JSON.stringify(replaced(JSON.parse(text), path, wrong)),
          `${path.join(".")} = ${JSON.stringify(wrong)}`,
        );
        cases++;
      }
    }
    context.diagnostic(`${cases} payloads`);
  });

  test(`${what}, without the member at every path, gets one answer`, () => {
    const text = JSON.stringify(payload);
    for (const path of paths(JSON.parse(text))) {
      assertKept(operation, JSON.stringify(replaced(JSON.parse(text), path, undefined)), path.join("."));
    }
  });
}

const WRONG: Json[] = [null, true, -1.5e300, "", "x", [], [null], {}, { "": null }];

/** The paths of all values below the root. */
function paths(value: Json, here: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  const found: string[][] = [];
  for (const [key, child] of Object.entries(value)) {
    const path = here.concat(key);
    found.push(path, ...paths(child, path));
  }
  return found;
}

function replaced(root: Json, path: readonly string[], by: Json | undefined): Json {
  const [key, ...rest] = path;
  if (key === undefined || typeof root !== "object" || root === null) return root;
  const entries = Object.entries(root).flatMap(([name, child]): [string, Json][] => {
    if (name !== key) return [[name, child]];
    if (rest.length > 0) return [[name, replaced(child, rest, by)]];
    return by === undefined ? [] : [[name, by]];
  });
  return Array.isArray(root) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const DEEP = JSON.stringify(POD_PAYLOAD);

test("deep nesting gets one answer", () => {
  for (const depth of [100, 500, 511, 513, 10_000, 1_000_000]) {
    assertKept("validate", nested(depth), `${depth} alone`);
    assertKept("validate_settings", nested(depth), `${depth} as settings`);
    assertKept("validate", DEEP.replace('"uid":"1"', `"uid":${nested(depth)}`), `${depth} in the request`);
    const patch = JSON.stringify(JSON.stringify({ a: 1 }).replace("1", nested(depth)));
    assertKept("validate", DEEP.replace('"{\\"a\\":1}"', patch), `${depth} in a merge patch`);
  }
});

test("huge texts get one answer", () => {
  const long = "x".repeat(4_000_000);
  for (const part of ['"log"', '"main"', '"shop"', '"web"', '"1"', '"/v"', '"log:1"', '"b"']) {
    assertKept("validate", DEEP.replaceAll(part, `"${long}"`), part);
  }
  assertKept("validate", DEEP.replace("$(A)", "$(A".repeat(200_000)), "an endless expression");
  assertKept("validate_settings", JSON.stringify({ [long]: long }), "a long key");
});

test("many items get one answer in good time", () => {
  const many = Array.from({ length: 2_000 }, (_, index) => ({ name: `c${index}`, image: "i:1" }));
  const started = performance.now();
  assertKept(
    "validate",
    JSON.stringify({ ...POD_PAYLOAD, request: podRequest(pod({ containers: many })) }),
    "containers",
  );
  const sets = many.map((container) => sidecarSet(container.name, { containers: [container] }));
  assertKept(
    "validate",
    JSON.stringify({ request: podRequest(pod()), settings: { sidecarSets: sets } }),
    "sets",
  );
  assertKept("validate_settings", JSON.stringify({ sidecarSets: sets }), "settings");
  assert.ok(performance.now() - started < 10_000);
});

test("odd operations and bytes get one answer", () => {
  for (const payload of [
    "",
    " ",
    "\0",
    "{}",
    "null",
    "[]",
    '{"request":{}}',
    '{"request":null}',
    "\ufeff{}",
  ]) {
    assertKept("validate", payload, payload);
    assertKept("validate_settings", payload, payload);
  }
  assertKept("validate", Uint8Array.from([0x22, 0xff, 0xfe, 0x22]), "bytes that are not UTF-8");
});
