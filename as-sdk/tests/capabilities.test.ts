import assert from "node:assert/strict";
import { before, test } from "node:test";
import { PolicyModule, type HostCapabilities } from "@kubewarden/as-sdk/host";
import { exchanges } from "./capabilities/exchanges.ts";
import { capabilitiesGuest } from "./capabilities/guest.ts";

const decoder = new TextDecoder();
const events: unknown[] = [];
let policy: PolicyModule;

before(async () => {
  policy = await PolicyModule.load(await capabilitiesGuest(), { trace: (event) => events.push(event) });
});

/** Lets the guest make one call; answers what it got back and what the host was asked. */
function call(name: string, answer: string | Error) {
  const asked: { namespace: string; operation: string; payload: unknown }[] = [];
  const host: HostCapabilities = (namespace, operation, payload) => {
    asked.push({ namespace, operation, payload: JSON.parse(decoder.decode(payload)) });
    if (answer instanceof Error) throw answer;
    return new TextEncoder().encode(answer);
  };
  const { warnings } = policy.validate({}, { calls: [name] }, host);
  return { result: warnings?.[0], asked };
}

for (const { call: name, ...expected } of exchanges) {
  test(`${name}: the host is asked ${expected.operation} and its answer or error comes back`, () => {
    const answered = call(name, ' {"n":9007199254740993} ');
    assert.deepEqual(answered.asked, [expected]);
    assert.equal(answered.result, '{"n":9007199254740993}');
    assert.equal(call(name, new Error("the hôst says no")).result, "error: the hôst says no");
  });
}

test("an answer that is not JSON, no answer and an error without a text are no traps", () => {
  assert.equal(
    call("lookup", '{"ips":').result,
    "error: net/v1/dns_lookup_host: the host's answer is not JSON at byte 7",
  );
  assert.equal(call("lookup", "").result, "");
  assert.equal(
    call("lookup", new Error("")).result,
    "error: net/v1/dns_lookup_host: the host gave no reason",
  );
});

test("a policy without capabilities is told so", () => {
  const { warnings } = policy.validate({}, { calls: ["lookup"] });
  assert.match(warnings?.[0] ?? "", /not been granted access to the 'net\/v1\/dns_lookup_host'/);
});

test("events go to the host's log with their fields", () => {
  events.length = 0;
  const settings = { calls: ["tracing", "tracing fields"] };
  assert.deepEqual(policy.validate({}, settings), { accepted: true, warnings: ["", ""] });
  assert.deepEqual(events, [
    { level: "warning", message: 'a "b"\né' },
    { level: "debug", message: "m", policy: "p", count: -3, settings },
  ]);
});
