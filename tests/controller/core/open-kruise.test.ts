import assert from "node:assert/strict";
import { test } from "node:test";
import { openKruiseAtWork } from "../../../controller/core/open-kruise.ts";

const now = Date.parse("2026-11-25T12:00:00Z");
const webhooks = (...resources: readonly string[]) => ({
  webhooks: [{ name: "a" }, { rules: [{ apiGroups: [""], resources }] }],
});
const lease = (spec: object) => ({
  spec: { holderIdentity: "manager-0", leaseDurationSeconds: 15, ...spec },
});

test("OpenKruise is at work when its Lease is held, or its webhooks are called where the Lease may not be read", () => {
  const cases: readonly [Partial<Parameters<typeof openKruiseAtWork>[0]>, RegExp | undefined][] = [
    [{}, undefined],
    [
      { lease: lease({ renewTime: "2026-11-25T11:59:55.000000Z" }) },
      /^manager-0 holds OpenKruise's Lease kruise-manager$/,
    ],
    [{ lease: lease({ renewTime: "2026-11-25T12:00:20.000000Z" }) }, /holds/],
    [{ lease: lease({ renewTime: "2026-11-25T11:59:35.000000Z" }) }, /holds/],
    [{ lease: lease({ renewTime: "2026-11-25T11:59:25.000000Z" }), webhooks: webhooks("pods") }, undefined],
    [{ lease: lease({ renewTime: "2026-11-25T11:59:55.000000Z", holderIdentity: "" }) }, undefined],
    [{ lease: lease({}) }, undefined],
    [{ lease: { spec: "odd" } }, undefined],
    [{ lease: "unknown" }, undefined],
    [{ lease: "unknown", webhooks: webhooks("clonesets") }, undefined],
    [{ lease: "unknown", webhooks: { webhooks: "odd" } }, undefined],
    [{ lease: "unknown", webhooks: webhooks("pods", "sidecarsets") }, /called for pods and sidecarsets$/],
    [{ lease: "unknown", webhooks: webhooks("sidecarsets") }, /called for sidecarsets$/],
  ];
  for (const [signs, expected] of cases) {
    const problem = openKruiseAtWork({ webhooks: undefined, lease: undefined, now, ...signs });
    if (expected === undefined) assert.equal(problem, undefined, JSON.stringify(signs));
    else assert.match(problem ?? "", expected);
  }
});
