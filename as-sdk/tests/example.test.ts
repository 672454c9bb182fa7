import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { PolicyError, PolicyModule, admit } from "@kubewarden/as-sdk/host";
import { compile } from "./compile.ts";

const folder = fileURLToPath(new URL("../example", import.meta.url));
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const enforcement = { policy: "labels", mutating: true };
let bytes: Uint8Array;
let policy: PolicyModule;

before(async () => {
  bytes = await compile(folder, ["--target", "release"]);
  policy = await PolicyModule.load(bytes);
});

function podRequest(labels: Record<string, string> | undefined) {
  const metadata = { name: "web", creationTimestamp: null, ...(labels && { labels }) };
  return {
    uid: "1",
    kind: { group: "", version: "v1", kind: "Pod" },
    resource: { group: "", version: "v1", resource: "pods" },
    operation: "CREATE",
    namespace: "default",
    userInfo: { username: "me" },
    object: { apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [] } },
  };
}

function patchOf(labels: Record<string, string> | undefined, settings: unknown): unknown {
  const answer = admit(policy, podRequest(labels), settings, enforcement);
  assert.equal(answer.allowed, true);
  return answer.patch === undefined ? [] : JSON.parse(Buffer.from(answer.patch, "base64").toString());
}

test("a Pod without forbidden labels passes unchanged", () => {
  assert.deepEqual(policy.validate(podRequest({ app: "web" }), { forbidden: ["secret"] }), {
    accepted: true,
  });
  assert.deepEqual(policy.validate(podRequest(undefined), null), { accepted: true });
});

test("a Pod with a forbidden label is rejected with the label's name", () => {
  assert.deepEqual(policy.validate(podRequest({ "a/b": "" }), { forbidden: ["x", "a/b"] }), {
    accepted: false,
    message: "metadata.labels: a/b is not allowed",
    code: 403,
  });
});

test("missing labels are added and present ones kept", () => {
  const settings = { defaults: { app: "none", team: 'a"b' } };
  assert.deepEqual(patchOf({ app: "web" }, settings), [
    { op: "add", path: "/metadata/labels/team", value: 'a"b' },
  ]);
  assert.deepEqual(patchOf(undefined, settings), [
    { op: "add", path: "/metadata/labels", value: settings.defaults },
  ]);
  assert.deepEqual(patchOf({ app: "web", team: "x" }, settings), []);
});

test("what the policy mutates is rejected where it may not mutate", () => {
  const settings = { defaults: { a: "b" } };
  const answer = admit(policy, podRequest({}), settings, { policy: "labels", mutating: false });
  assert.equal(answer.allowed, false);
  assert.equal(answer.patch, undefined);
  assert.match(answer.status?.message ?? "", /not allow mutations/);
});

test("settings are judged with the path of what is wrong", () => {
  assert.deepEqual(policy.validateSettings(null), { valid: true });
  assert.deepEqual(policy.validateSettings({ forbidden: ["a", 1] }), {
    valid: false,
    message: "forbidden[1]: expected a string",
  });
  assert.deepEqual(policy.validateSettings({ defaults: { a: null } }), {
    valid: false,
    message: "defaults.a: expected a string",
  });
});

test("what is not changed comes back byte for byte", () => {
  const object =
    '{"kind" : "Pod","metadata":{ "generation":9007199254740993,"labels":{}},"x":1.10,"y":[1E400,"\\u00e9\\/"]}';
  const request = `{"kind":{"group":"","kind":"Pod"},"object":${object}}`;
  const payload = encoder.encode(`{"request":${request},"settings":{"defaults":{"a":"b"}}}`);
  assert.equal(
    decoder.decode(policy.call("validate", payload)),
    `{"accepted":true,"mutated_object":${object.replace("{}", '{"a":"b"}')}}`,
  );
});

test("the protocol version is v1", () => assert.equal(policy.protocolVersion(), "v1"));

for (const [what, payload] of [
  ["no payload", ""],
  ["half an object", '{"request":{'],
  ["no object", "[]"],
  ["no request", '{"settings":{}}'],
  ["bytes that are not UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
  ["1 MiB of brackets", "[".repeat(1 << 20)],
] as [string, string | Uint8Array][]) {
  test(`a payload with ${what} is rejected with code 400, not trapped`, () => {
    const payloadBytes = typeof payload === "string" ? encoder.encode(payload) : payload;
    const answer: unknown = JSON.parse(decoder.decode(policy.call("validate", payloadBytes)));
    assert.ok(typeof answer === "object" && answer !== null && "accepted" in answer && "code" in answer);
    assert.equal(answer.accepted, false);
    assert.equal(answer.code, 400);
  });
}

test("broken settings are invalid, not trapped", () => {
  const answer = decoder.decode(policy.call("validate_settings", encoder.encode("{")));
  assert.equal(answer, '{"valid":false,"message":"settings: not JSON at byte 1"}');
});

test("an unknown operation is a guest error that names it", () => {
  assert.throws(
    () => policy.call("mutate", new Uint8Array()),
    (error) =>
      error instanceof PolicyError &&
      error.failure === "error" &&
      error.message === "unknown operation: mutate",
  );
});

test("requests of other shapes are answered", () => {
  for (const request of [null, 1, "x", [], {}, { object: 1, kind: [] }, podRequest({}).kind]) {
    assert.deepEqual(policy.validate(request, { forbidden: ["a"], defaults: { a: "b" } }), {
      accepted: true,
    });
  }
  const pod = { ...podRequest(undefined), object: { metadata: 1 } };
  assert.equal(policy.validate(pod, { defaults: { a: "b" } }).accepted, true);
});
