import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, ConnectionError } from "../../../controller/k8s/api-error.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";
import { KubernetesVersion, versionAgeMs } from "../../../controller/shell/kubernetes-version.ts";

const signal = new AbortController().signal;

/** A version read from these answers, one a request. */
function versionFrom(answers: readonly (string | Error)[]) {
  const clock = new FakeClock();
  let asked = 0;
  const read = () => {
    const answer = answers[asked++];
    if (typeof answer !== "string") return Promise.reject(answer ?? new Error("no answer left"));
    return Promise.resolve({ status: 200, headers: {}, body: Buffer.from(answer) });
  };
  return { version: new KubernetesVersion({ read }, clock), clock, asked: () => asked };
}

test("kubelets restart native sidecars since 1.32, and on servers that do not tell", async () => {
  const cases = [
    ['{"major":"1","minor":"31"}', false],
    ['{"major":"1","minor":"31+"}', false],
    ['{"major":"1","minor":"32"}', true],
    ['{"major":"1","minor":"36+"}', true],
    ["{}", true],
    ["no json", true],
    [new ApiError(403, "Forbidden", "no"), true],
  ] as const;
  for (const [answer, expected] of cases) {
    const { version } = versionFrom([answer]);
    assert.equal(await version.restartsNativeSidecars(signal), expected, String(answer));
  }
});

test("the server is asked every ten minutes, and again after a failure", async () => {
  const { version, clock, asked } = versionFrom([
    new ConnectionError("cut", "ECONNRESET"),
    '{"minor":"31"}',
    '{"minor":"32"}',
  ]);
  await assert.rejects(version.restartsNativeSidecars(signal), ConnectionError);
  assert.equal(await version.restartsNativeSidecars(signal), false);
  assert.equal(await version.restartsNativeSidecars(signal), false);
  assert.equal(asked(), 2);
  clock.advance(versionAgeMs);
  assert.equal(await version.restartsNativeSidecars(signal), true);
});
