import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { PolicyError, type PolicyFailure, PolicyModule, admit } from "@kubewarden/as-sdk/host";
import { compile } from "./compile.ts";

const SDK = fileURLToPath(new URL("..", import.meta.url));
const lines: string[] = [];
const payload = new Uint8Array();
let guest: Uint8Array;
let policy: PolicyModule;
let memory = 0;

before(async () => {
  const flags = ["--config", "none", "--runtime", "stub", "--use", "abort=assembly/guest/abort/abort"];
  guest = await compile(SDK, ["tests/assembly/guests/faults.ts", ...flags]);
  policy = await PolicyModule.load(guest, {
    log: (line) => lines.push(line),
    memory: (bytes) => {
      memory = bytes;
    },
  });
});

const failures: [what: string, operation: string, failure: PolicyFailure, message: RegExp][] = [
  ["an abort", "1", "trap", /unreachable/],
  ["an access outside memory", "1234567", "trap", /out of bounds/],
  ["an answer that is missing", "123", "silence", /^No error message OR response set for call success$/],
  ["an error without a text", "1234", "error", /^No error message set for call failure$/],
  ["an error with a text", "12345", "error", /^said so$/],
];

for (const [what, operation, failure, message] of failures) {
  test(`${what} is a PolicyError of kind ${failure}`, () => {
    assert.throws(
      () => policy.call(operation, payload),
      (error) =>
        error instanceof PolicyError &&
        error.failure === failure &&
        error.operation === operation &&
        message.test(error.message),
    );
  });
}

test("a host is told how large the guest's memory is, after a trap too", () => {
  assert.throws(() => policy.call("1", payload));
  assert.ok(memory > 0 && memory % 65_536 === 0);
});

test("an abort tells the log why and where, as the trap's own text hides it", () => {
  lines.length = 0;
  assert.throws(() => policy.call("1", payload));
  assert.match(lines.join("\n"), /^on purpose at tests\/assembly\/guests\/faults\.ts:\d+:\d+$/);
});

test("a host call of another binding is refused", () => {
  assert.equal(new TextDecoder().decode(policy.call("123456", payload)), "0");
});

test("a trap in validate is a rejection with code 500, whatever the mode of failure", () => {
  // "validate" has eight letters: the guest reads outside its memory.
  const answer = admit(policy, { uid: "u", object: {} }, {}, { policy: "p", mutating: false });
  assert.equal(answer.allowed, false);
  assert.equal(answer.status?.code, 500);
  assert.match(answer.status?.message ?? "", /^internal server error: /);
});

test("monitor mode allows what the policy rejects, and a custom message hides the policy's", () => {
  const request = { uid: "u", object: {} };
  const monitored = admit(policy, request, {}, { policy: "p", mutating: false, mode: "monitor" });
  assert.deepEqual(monitored, { uid: "u", allowed: true, auditAnnotations: null, warnings: null });
  const custom = admit(
    policy,
    request,
    {},
    { policy: "p", mutating: false, message: "ask the platform team" },
  );
  assert.equal(custom.status?.message, "ask the platform team");
  assert.match(custom.status?.details?.causes[0]?.message ?? "", /out of bounds/);
});

test("a module that is no waPC guest is a PolicyError of kind module", async () => {
  const empty = await PolicyModule.load(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  assert.throws(
    () => empty.call("validate", payload),
    (error) => error instanceof PolicyError && error.failure === "module",
  );
  const flags = ["--config", "none", "--runtime", "stub"];
  const unmapped = await compile(SDK, ["tests/assembly/guests/faults.ts", ...flags]);
  await assert.rejects(
    async () => (await PolicyModule.load(unmapped)).call("1", payload),
    (error) => error instanceof PolicyError && error.failure === "module" && /"?env"?/.test(error.message),
  );
});

test("bytes that are not Wasm do not load", async () => {
  await assert.rejects(PolicyModule.load(Uint8Array.of(1, 2, 3)), WebAssembly.CompileError);
});
