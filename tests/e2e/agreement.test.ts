import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readManifest } from "../../sandbox/manifests.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";
import { calls } from "./agreement/calls.ts";
import { compare } from "./agreement/compare.ts";
import { explain, knownDifferences } from "./agreement/known-differences.ts";
import { play, type Reply } from "./agreement/play.ts";
import { ApiClient } from "./control-plane/api-client.ts";

const definition = join(import.meta.dirname, "../../policy/manifests/crd/sidecarsets.yaml");
const recordingFile = join(import.meta.dirname, "agreement/kube-apiserver.recorded.json");

test("the sandbox answers what a real API server answered", async () => {
  const recording: { server: string; replies: Reply[] } = JSON.parse(readFileSync(recordingFile, "utf8"));
  assert.deepEqual(
    recording.replies.map(({ name }) => name),
    calls.map(({ name }) => name),
    "the recording is of other calls: run node tests/e2e/agreement/record.ts",
  );
  const sandbox = await startSandbox({ kubelet: false });
  const client = new ApiClient({ server: sandbox.url });
  try {
    for (const object of readManifest(definition)) {
      const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
      assert.equal((await client.post(path, object)).status, 201);
    }
    const differences = compare(recording.replies, await play(client.access, calls));
    const { unexplained, idle } = explain(differences);
    const gaps = knownDifferences.filter(({ kind }) => kind === "gap").length;
    const agreeing = calls.length - new Set(differences.map(({ call }) => call)).size;
    console.log(
      `${calls.length} calls against ${recording.server}: ${agreeing} answers equal in full, ` +
        `${knownDifferences.length - gaps} chosen differences, ${gaps} gaps`,
    );
    assert.deepEqual(unexplained.map(text), []);
    assert.deepEqual(
      idle.map(({ why }) => why),
      [],
      "mended: take it off the list of known differences",
    );
  } finally {
    await sandbox.close();
  }
});

function text({ call, path, real, other }: ReturnType<typeof compare>[number]): string {
  const short = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, 300);
  return `${call}: ${path}: expected ${short(real)}, got ${short(other)}`;
}
