import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { callRaw } from "./policy.ts";

const ANNOTATIONS = [
  "kruise.io/sidecarset-hash",
  "kruise.io/sidecarset-hash-without-image",
  "kruise.io/sidecarset-injected-list",
];

/**
 * JSON texts of any spelling. Members of objects are named after what would be edited, so that lookalikes elsewhere
 * in the document are tried, too.
 */
const { value: anyText } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.constantFrom(
      "null",
      "true",
      "false",
      "{}",
      "[ ]",
      "-0",
      "1.50",
      "1E400",
      "9007199254740993",
      "18446744073709551615",
    ),
    fc.string({ unit: "grapheme", maxLength: 8 }).map((text) => JSON.stringify(text)),
    fc.constantFrom('"\\u0041\\/"', '"\\ud83d\\ude00"', '"]}\\"{["', '"\\\\"'),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(" , ")}]`),
    members(tie("value")).map((object) => `{${object}}`),
  ),
}));

function members(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const key = fc.constantFrom("a", "b", "spec", "metadata", "env", "labels", "odd\\u0020key", "容器");
  return fc
    .uniqueArray(fc.tuple(key, value), { maxLength: 4, selector: ([name]) => name })
    .map((entries) => entries.map(([name, text]) => ` "${name}" :${text}`).join(","));
}

/** A list in the Pod: absent, null, empty or with named items that have members of any kind. */
function listOf(field: string, names: string[]): fc.Arbitrary<string> {
  const item = fc
    .tuple(fc.constantFrom(...names), members(anyText))
    .map(([name, rest]) => `{${rest}${rest ? "," : ""} "name" : "${name}" }`);
  return fc.oneof(
    fc.constant(""),
    fc.constant(`"${field}":null`),
    fc
      .uniqueArray(item, { maxLength: 3, selector: (text) => text.slice(text.lastIndexOf("name")) })
      .map((items) => `"${field}":[ ${items.join(" ,")}]`),
  );
}

const joined = (parts: fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((texts) => texts.filter((text) => text !== "").join(" , "));

const spec = joined([
  listOf("containers", ["app", "two"]),
  listOf("initContainers", ["setup", "warm"]),
  listOf("volumes", ["v1", "data"]),
  listOf("imagePullSecrets", ["p1", "p2"]),
  anyText.map((text) => `"x-spec":${text}`),
]);
const annotations = fc.constantFrom(
  "",
  '"annotations":null',
  '"annotations":{ }',
  '"annotations":{"note":"\\u0041\\/ <&>"}',
);
const metadata = joined([
  annotations,
  fc.constant('"labels":{"app":"web"}'),
  anyText.map((text) => `"x-meta":${text}`),
]);
const podText = fc
  .tuple(anyText, metadata, spec)
  .map(([rest, meta, body]) =>
    ` {"first": ${rest}, "metadata":{${meta}} ,"spec" : {${body}},"last":1e2 }`.trim(),
  );

const SET = {
  metadata: { name: "s", annotations: { [ANNOTATIONS[0] ?? ""]: "h", [ANNOTATIONS[1] ?? ""]: "w" } },
  spec: {
    selector: { matchLabels: { app: "web" } },
    initContainers: [
      { name: "i-native", restartPolicy: "Always" },
      { name: "i-plain", podInjectPolicy: "BeforeAppContainer" },
    ],
    containers: [
      {
        name: "s-before",
        podInjectPolicy: "BeforeAppContainer",
        volumeMounts: [{ name: "s-vol", mountPath: "/s" }],
      },
      { name: "s-after", podInjectPolicy: "AfterAppContainer" },
    ],
    volumes: [{ name: "s-vol", emptyDir: {} }],
    imagePullSecrets: [{ name: "s-pull" }],
  },
};

/** The text of the Pod after injection, as the policy wrote it. */
function injectedText(pod: string): string {
  const request = `{"kind":{"group":"","version":"v1","kind":"Pod"},"operation":"CREATE","object":${pod}}`;
  const answer = callRaw(
    "validate",
    `{"request":${request},"settings":{"sidecarSets":[${JSON.stringify(SET)}]}}`,
  );
  const start = '{"accepted":true,"mutated_object":';
  assert.ok(answer.startsWith(start), answer);
  return answer.slice(start.length, -1);
}

/** Parses with every number kept as it is spelled, so that nothing is lost in comparing. */
function parseExactly(text: string): unknown {
  const exact = (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === "number" ? `number ${context?.source}` : value;
  return JSON.parse(text, exact);
}

/** Takes back what the set above brings. */
function withoutInjected(pod: unknown): unknown {
  const drop = (key: string, value: unknown): unknown => {
    if (Array.isArray(value)) return value.filter((item) => !isInjected(item));
    if (typeof value !== "object" || value === null) return value;
    if (key !== "annotations") return value;
    return Object.fromEntries(Object.entries(value).filter(([name]) => !ANNOTATIONS.includes(name)));
  };
  return JSON.parse(JSON.stringify(pod), drop);
}

function isInjected(item: unknown): boolean {
  return typeof item === "object" && item !== null && "name" in item && /^[si]-/.test(String(item.name));
}

/** Lists and maps that were absent or null are there now, and empty once the injected is taken out. */
function withoutEmpty(pod: unknown): unknown {
  const fields = new Set(["containers", "initContainers", "volumes", "imagePullSecrets", "annotations"]);
  return JSON.parse(JSON.stringify(pod), (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const kept = Object.entries(value).filter(([name, child]) => !fields.has(name) || !isNothing(child));
    return Object.fromEntries(kept);
  });
}

function isNothing(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

test("taking out what was injected leaves the Pod's own values", () => {
  fc.assert(
    fc.property(podText, (pod) => {
      const left = withoutEmpty(withoutInjected(parseExactly(injectedText(pod))));
      assert.deepEqual(left, withoutEmpty(parseExactly(pod)));
    }),
    { numRuns: 1000 },
  );
});

test("what is not edited keeps its bytes and its order", () => {
  fc.assert(
    fc.property(podText, (pod) => {
      const injected = injectedText(pod);
      let at = 0;
      for (const piece of pod.split(/(?<=[,:[\]{}])/)) {
        if (/^\s*(null\s*|[\]},:[{])/.test(piece) || piece.includes("null")) continue;
        const found = injected.indexOf(piece.replace(/[,\]}]+\s*$/, ""), at);
        assert.ok(found >= 0, `${piece} is lost in ${injected}`);
        at = found;
      }
    }),
    { numRuns: 1000 },
  );
});

test("a second run changes nothing, byte for byte", () => {
  fc.assert(
    fc.property(podText, (pod) => {
      const once = injectedText(pod);
      assert.equal(injectedText(once), once);
    }),
    { numRuns: 1000 },
  );
});
