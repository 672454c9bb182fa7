import assert from "node:assert/strict";
import { test } from "node:test";
import { isConsistent } from "../../../controller/core/pod-consistency.ts";
import { podJudge } from "../../../controller/core/pod-state.ts";
import { putInPlaceState } from "../../../controller/core/pod-records.ts";
import { makePod } from "../model/make-pod.ts";
import { hot, makeSet, sidecarPod } from "./make-rollout.ts";

const state = "kruise.io/sidecarset-inplace-update-state";
const first = { revision: "r", updateTimestamp: "2026-01-01T00:00:00Z" };

function podWith(options: {
  readonly images: Readonly<Record<string, string>>;
  readonly reported: Readonly<Record<string, readonly [image: string, imageID: string]>>;
  readonly recorded?: Readonly<Record<string, string>>;
  /** Restarts of each container before the upgrade; as OpenKruise records nothing of them, undefined. */
  readonly restartsBefore?: number;
  readonly restarts?: number;
}) {
  const { images, reported, recorded, restartsBefore, restarts = 0 } = options;
  const before = Object.entries(recorded ?? {}).map(
    ([name, imageID]) => [name, { imageID, restartCount: restartsBefore }] as const,
  );
  return makePod({
    containers: Object.entries(images).map(([name, image]) => ({ name, image, restartPolicy: "" })),
    containerStatuses: Object.entries(reported).map(([name, [image, imageID]]) => ({
      name,
      image,
      imageID,
      ready: true,
      restartCount: restarts,
    })),
    annotations: recorded ? { [state]: putInPlaceState(undefined, "set", first, new Map(before)) } : {},
  });
}

test("consistency of a cold sidecar", () => {
  const images = { cold: "v2" };
  const cases = [
    ["no state annotation", { images, reported: { cold: ["v1", "X"] } }, true],
    ["old imageID, old image", { images, reported: { cold: ["v1", "X"] }, recorded: { cold: "X" } }, false],
    ["new imageID, old image", { images, reported: { cold: ["v1", "Y"] }, recorded: { cold: "X" } }, true],
    ["old imageID, new image", { images, reported: { cold: ["v2", "X"] }, recorded: { cold: "X" } }, true],
    [
      "old imageID, new image in full form",
      { images, reported: { cold: ["docker.io/library/v2:latest", "X"] }, recorded: { cold: "X" } },
      true,
    ],
    ["no statuses yet", { images, reported: {} }, false],
    [
      "old imageID, old image, restarted since: two tags of one image",
      {
        images,
        reported: { cold: ["v1", "X"] },
        recorded: { cold: "X" },
        restartsBefore: 1,
        restarts: 2,
      },
      true,
    ],
    [
      "old imageID, old image, not restarted",
      {
        images,
        reported: { cold: ["v1", "X"] },
        recorded: { cold: "X" },
        restartsBefore: 1,
        restarts: 1,
      },
      false,
    ],
    [
      "old imageID, old image, recorded by OpenKruise",
      { images, reported: { cold: ["v1", "X"] }, recorded: { cold: "X" }, restarts: 2 },
      false,
    ],
  ] as const;
  for (const [name, pod, expected] of cases) {
    assert.equal(isConsistent(podWith(pod), "set", ["cold"]), expected, name);
  }
});

test("consistency of a hot sidecar", () => {
  const recorded = { "s-1": "X1", "s-2": "XE" };
  const upgrading = { images: { "s-1": "v1", "s-2": "v2" } };
  const flipped = { images: { "s-1": "empty", "s-2": "v2" } };
  const before = { "s-1": ["v1", "X1"], "s-2": ["empty", "XE"] } as const;
  const between = { "s-1": ["v1", "X1"], "s-2": ["v2", "X2"] } as const;
  const after = { "s-1": ["empty", "XE"], "s-2": ["v2", "X2"] } as const;
  const names = ["s-1", "s-2"];
  assert.equal(isConsistent(podWith({ ...upgrading, reported: before, recorded }), "set", names), false);
  assert.equal(isConsistent(podWith({ ...flipped, reported: between, recorded }), "set", names), false);
  assert.equal(isConsistent(podWith({ ...flipped, reported: after, recorded }), "set", names), true);
});

test("consistency of pinned images is by repository and digest", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const other = `sha256:${"b".repeat(64)}`;
  const cases = [
    [`log@${digest}`, `docker-pullable://log@${digest}`, true],
    [`log:1@${digest}`, `docker.io/library/log@${digest}`, true],
    [`log@${digest}`, `log@${other}`, false],
    [`log@${digest}`, `mirror/log@${digest}`, false],
    [`log@${digest}`, digest, false],
  ] as const;
  for (const [image, imageID, expected] of cases) {
    const pod = podWith({ images: { log: image }, reported: { log: ["any", imageID] } });
    assert.equal(isConsistent(pod, "set", ["log"]), expected, `${image} as ${imageID}`);
  }
});

test("an unreadable state annotation is not consistent", () => {
  const pod = makePod({ annotations: { [state]: "{" } });
  assert.equal(isConsistent(pod, "set", ["main"]), false);
});

test("what a Pod is to a set", () => {
  const judge = podJudge(makeSet());
  const pod = sidecarPod("a");
  const base = {
    active: true,
    complete: true,
    updated: true,
    upgradable: true,
    consistent: true,
    ready: true,
    settling: false,
    touched: false,
    halfway: false,
  };
  assert.deepEqual(judge(pod), base);
  assert.deepEqual(judge({ ...pod, phase: "Succeeded" }), { ...base, active: false, ready: false });
  assert.deepEqual(judge({ ...pod, deletionTimestamp: 1 }), { ...base, active: false, ready: false });
  assert.deepEqual(judge({ ...pod, containers: pod.containers.slice(1) }), {
    ...base,
    complete: false,
    consistent: false,
    settling: true,
  });
  assert.deepEqual(judge({ ...pod, annotations: {} }), { ...base, updated: false, upgradable: false });
  assert.equal(judge(pod), judge(pod), "memoised");
});

test("a hot sidecar needs both containers, its annotation and an idle container that idles", () => {
  const judge = podJudge(makeSet({ containers: [hot("mesh", "mesh:1", "empty:1")] }));
  const container = (name: string, image: string) => ({ name, image, restartPolicy: "" });
  const working = { "kruise.io/sidecarset-working-hotupgrade-container": '{"mesh":"mesh-1"}' };
  const pod = makePod({
    containers: [container("mesh-1", "mesh:1"), container("mesh-2", "empty:1")],
    annotations: working,
  });
  assert.equal(judge(pod).complete, true);
  assert.equal(judge(pod).ready, true);
  const upgrading = { ...pod, containers: [container("mesh-1", "mesh:1"), container("mesh-2", "mesh:2")] };
  assert.equal(judge(upgrading).ready, false);
  assert.equal(judge({ ...pod, annotations: {} }).complete, false);
  assert.equal(judge({ ...pod, containers: pod.containers.slice(1) }).complete, false);
});
