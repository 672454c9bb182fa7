import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type InFlightWrite,
  isUnseen,
  longestHoldMs,
  pendingImages,
  recallWrite,
  unansweredContainers,
} from "../../../controller/core/in-flight.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import { sidecarPod } from "./make-rollout.ts";

const write: InFlightWrite = {
  uid: "uid-a",
  resourceVersion: "9",
  images: [{ container: "log", to: "log:3", superseded: ["log:1", "log:2"] }],
  restarts: true,
  writtenAt: 0,
};

function podWith(spec: string, reported: string): Pod {
  const pod = sidecarPod("a");
  return {
    ...pod,
    containers: [{ name: "log", image: spec, restartPolicy: "" }],
    containerStatuses: [{ name: "log", image: reported, imageID: "", ready: true, restartCount: 0 }],
  };
}

test("a write is unseen until the cache has its version, and without an answer always", () => {
  assert.deepEqual(
    ["8", "9", "10"].map((version) => isUnseen(write, version, 1)),
    [true, false, false],
  );
  assert.equal(isUnseen(write, "8", longestHoldMs), false, "the server's history began anew");
  assert.equal(isUnseen({ ...write, resourceVersion: undefined }, "99", longestHoldMs), true);
});

test("a write is unanswered while an image that it replaced is reported", () => {
  const cases = [
    ["log:3", "log:1", true],
    ["log:3", "docker.io/library/log:2", true],
    ["log:3", "log:3", false],
    ["log:3", "docker.io/library/log:3", false],
    ["log:3", "log:latest-by-another-name", false],
    ["log:by-hand", "log:1", false],
  ] as const;
  for (const [spec, reported, expected] of cases) {
    const found = unansweredContainers(write, podWith(spec, reported), 1);
    assert.deepEqual(found, expected ? ["log"] : [], `${reported} for ${spec}`);
  }
  assert.deepEqual(unansweredContainers(write, podWith("log:3", "log:1"), longestHoldMs), [], "not for ever");
  const recalled = { ...write, images: [{ container: "log", to: "log:3", superseded: "any" as const }] };
  assert.deepEqual(unansweredContainers(recalled, podWith("log:3", "log:whatever"), 1), ["log"]);
});

test("a container that was restarted since one write runs its image, whatever the runtime calls it", () => {
  const annotations = {
    "kruise.io/sidecarset-inplace-update-state":
      '{"set":{"lastContainerStatuses":{"log":{"imageID":"X","restartCount":1}}}}',
  };
  const reporting = (restartCount: number): Pod => {
    const pod = podWith("log:3", "log:2");
    const [status] = pod.containerStatuses;
    assert.ok(status);
    return { ...pod, annotations, containerStatuses: [{ ...status, restartCount }] };
  };
  const single = { ...write, images: [{ container: "log", to: "log:3", superseded: ["log:2"] }] };
  assert.deepEqual(unansweredContainers(single, reporting(1), 1), ["log"]);
  assert.deepEqual(unansweredContainers(single, reporting(2), 1), []);
  assert.deepEqual(
    unansweredContainers(write, reporting(2), 1),
    ["log"],
    "the restart may be for an overtaken write",
  );
});

test("images of overtaken upgrades stay superseded", () => {
  const first = pendingImages([{ container: "log", from: "log:1", to: "log:2" }], undefined);
  const second = pendingImages([{ container: "log", from: "log:2", to: "log:3" }], {
    ...write,
    images: first,
  });
  assert.deepEqual(second, [{ container: "log", to: "log:3", superseded: ["log:1", "log:2"] }]);
  const other = pendingImages([{ container: "mesh", from: "m:1", to: "m:2" }], { ...write, images: second });
  assert.deepEqual(
    other.map(({ container }) => container),
    ["log", "mesh"],
  );
});

test("a recent upgrade is recalled from the records of the Pod", () => {
  const now = Date.parse("2026-07-02T09:00:00Z") + 60_000;
  const annotations = {
    "kruise.io/sidecarset-hash": JSON.stringify({
      set: { hash: "h", updateTimestamp: "2026-07-02T09:00:00Z" },
      legacy: "h",
      odd: { updateTimestamp: null },
    }),
    "kruise.io/sidecarset-inplace-update-state": '{"set":{"lastContainerStatuses":{"log":{}}}}',
  };
  const pod = sidecarPod("a", { annotations, resourceVersion: "5" });
  assert.deepEqual(recallWrite(pod, now), {
    uid: "uid-a",
    resourceVersion: "5",
    images: [{ container: "log", to: "log:1", superseded: "any" }],
    restarts: true,
    writtenAt: now - 60_000,
  });
  assert.equal(recallWrite(pod, now + longestHoldMs), undefined);
  assert.equal(recallWrite(sidecarPod("a"), now), undefined, "never upgraded in place");
});
