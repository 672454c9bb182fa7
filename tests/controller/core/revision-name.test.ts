import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { PolicyModule } from "@kubewarden/as-sdk/host";
import { revisionName } from "../../../controller/core/revision-name.ts";
import { revisionData } from "../../../controller/policy/revision-data.ts";
import { policyFile } from "../../../sandbox/project.ts";

interface Vector {
  readonly name: string;
  /** JSON text. */
  readonly spec: string;
  readonly data: string;
  /** For the collision counts 0 and 1. */
  readonly names: readonly string[];
}

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL("../../vectors/revision.json", import.meta.url), "utf8"),
);

let policy: PolicyModule;
before(async () => {
  policy = await PolicyModule.load(policyFile);
});

test("data and names are those that Go computes", () => {
  assert.ok(vectors.length > 50);
  for (const { name, spec, data, names } of vectors) {
    assert.equal(revisionData(policy, JSON.parse(spec)), data, name);
    assert.deepEqual(
      [0, 1].map((count) => revisionName("sidecarset-test", data, count)),
      names,
      name,
    );
  }
});

test("the name of the published example", () => {
  const [example] = vectors;
  assert.equal(revisionName("sidecarset-test", example?.data ?? "", 0), "sidecarset-test-788d67c95d");
});

test("the owner's name is cut to leave room for the hash", () => {
  assert.match(revisionName("x".repeat(300), "", 0), /^x{223}-[b-z2-9]{1,10}$/);
});
