import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hotAnnotations, hotStep, isHalfway } from "../../../controller/core/hot-upgrade.ts";
import type { Plan } from "../../../controller/core/plan.ts";
import { sidecarsOf } from "../../../controller/core/sidecars.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import type { UpdateStrategy } from "../../../controller/model/sidecarset.ts";
import { hot, makeSet, planOf, run, sidecarPod, written } from "./make-rollout.ts";

const empty = "empty:1";
const working = "kruise.io/sidecarset-working-hotupgrade-container";

/** The set with an image `mesh:N`; its resourceVersion is N0. */
function setWith(image: string, updateStrategy: UpdateStrategy = {}, shape = "") {
  const normalized = makeSet({ containers: [hot("mesh", image, empty)], updateStrategy }, shape);
  const { set } = normalized;
  const resourceVersion = `${image.slice("mesh:".length)}0`;
  return { ...normalized, set: { ...set, metadata: { ...set.metadata, resourceVersion } } };
}

/** Images of `mesh-1` and `mesh-2`, the one that works marked. */
function images(pod: Pod): string {
  const name = /mesh-[12]/.exec(pod.annotations[working] ?? "")?.[0];
  return pod.containers
    .filter((container) => container.name !== "main")
    .map((container) => `${container.image}${container.name === name ? "*" : ""}`)
    .join(" ");
}

function versions(pod: Pod): string {
  return ["version", "versionalt"]
    .flatMap((kind) =>
      ["mesh-1", "mesh-2"].map((name) => pod.annotations[`${kind}.sidecarset.kruise.io/${name}`]),
    )
    .join(" ");
}

function counters({ counters }: Plan): string {
  const { matchedPods, updatedPods, readyPods, updatedReadyPods } = counters;
  return [matchedPods, updatedPods, readyPods, updatedReadyPods].join();
}

/** The Pod after the write that the plan wants; the Pod as it is when the plan wants none. */
function next(pod: Pod, set: ReturnType<typeof setWith>): Pod {
  const [upgrade] = planOf(set, [pod]).upgrades;
  return upgrade === undefined ? pod : written(upgrade, set);
}

const first = sidecarPod("a", {}, setWith("mesh:1"));
const upgrading = next(first, setWith("mesh:2"));

describe("an upgrade", () => {
  test("starts the new image beside the old one, then resets the old one", () => {
    const set = setWith("mesh:2");
    assert.equal(images(first), "mesh:1* empty:1");
    assert.equal(counters(planOf(set, [first])), "1,0,1,0");
    assert.equal(images(upgrading), "mesh:1 mesh:2*");
    assert.equal(versions(upgrading), "1 20 20 1");
    assert.equal(counters(planOf(set, [upgrading])), "1,1,0,0");
    assert.deepEqual(planOf(set, [upgrading]).upgrades, [], "not before the kubelet runs the new one");
    const ended = next(run(upgrading), set);
    assert.equal(images(ended), "empty:1 mesh:2*");
    assert.equal(versions(ended), "0 20 20 0");
    assert.equal(counters(planOf(set, [ended])), "1,1,0,0");
    assert.deepEqual(planOf(set, [ended]).upgrades, []);
    assert.equal(counters(planOf(set, [run(ended)])), "1,1,1,1");
    const again = next(run(next(run(ended), setWith("mesh:3"))), setWith("mesh:3"));
    assert.equal(images(again), "mesh:3* empty:1");
  });

  test("ends while the retiring container alone is not ready, not while another one is", () => {
    const set = setWith("mesh:2");
    assert.equal(images(next(run(upgrading, "mesh-1"), set)), "empty:1 mesh:2*");
    assert.equal(images(next(run(upgrading, "main"), set)), "mesh:1 mesh:2*");
    assert.equal(images(next(run(upgrading, "mesh-2"), set)), "mesh:1 mesh:2*");
  });

  test("is tied to the Pod's version where it stops a container", () => {
    const [end] = planOf(setWith("mesh:2"), [run(upgrading)]).upgrades;
    assert.deepEqual([end?.kind, end?.guarded], ["end", true]);
  });

  test("begins with a second one only where the budget allows, counting until both containers are as they should be", () => {
    const set = setWith("mesh:2");
    const waiting = sidecarPod("b", {}, setWith("mesh:1"));
    for (const pod of [upgrading, run(upgrading), next(run(upgrading), set)]) {
      const { upgrades, busy } = planOf(set, [pod, waiting]);
      assert.equal(busy, 1);
      assert.equal(
        upgrades.some(({ pod }) => pod === waiting),
        false,
      );
    }
    assert.equal(planOf(set, [run(next(run(upgrading), set)), waiting]).upgrades[0]?.pod, waiting);
  });
});

describe("a new container that fails", () => {
  const failing = run(upgrading, "mesh-2");

  test("is given the next image, and the old one goes on serving", () => {
    const set = setWith("mesh:3");
    const mended = next(failing, set);
    assert.equal(images(mended), "mesh:1 mesh:3*");
    assert.equal(images(next(run(mended), set)), "empty:1 mesh:3*");
  });

  test("is reset when the set goes back to the image that serves; nothing new is started", () => {
    const set = setWith("mesh:1");
    assert.equal(counters(planOf(set, [failing])), "1,0,0,0");
    const back = next(failing, set);
    assert.equal(images(back), "mesh:1* empty:1");
    assert.equal(versions(back), "1 0 0 1");
    assert.equal(counters(planOf(set, [back])), "1,1,0,0");
    assert.equal(counters(planOf(set, [run(back)])), "1,1,1,1");
  });

  test("is reset on a Pod that OpenKruise rolled back by the record alone", () => {
    const set = setWith("mesh:1");
    const hash = JSON.stringify({ set: { hash: set.hash } });
    const trapped = {
      ...failing,
      annotations: { ...failing.annotations, "kruise.io/sidecarset-hash": hash },
    };
    assert.equal(counters(planOf(set, [trapped])), "1,1,0,0");
    assert.equal(images(next(trapped, set)), "mesh:1* empty:1");
  });
});

describe("an upgrade that is halfway ends", () => {
  const cases = {
    paused: setWith("mesh:2", { paused: true }),
    "of a set that updates no more": setWith("mesh:2", { type: "NotUpdate" }),
    "outside the update selector": setWith("mesh:2", { selector: { matchLabels: { app: "other" } } }),
    "held by partition": setWith("mesh:3", { partition: 1 }),
    "that differs in more than images by now": setWith("mesh:2", {}, " changed"),
  };
  for (const [name, set] of Object.entries(cases)) {
    test(name, () => assert.equal(images(next(run(upgrading), set)), "empty:1 mesh:2*"));
  }

  test("on no more ready Pods at once than may be down", () => {
    const set = setWith("mesh:2");
    const pods = ["a", "b"].map((name) => ({ ...run(upgrading), name, uid: `uid-${name}` }));
    const { upgrades, held } = planOf(set, pods);
    assert.deepEqual(
      upgrades.map(({ pod }) => pod.name),
      ["a"],
    );
    assert.deepEqual(
      [...(held.get("MaxUnavailableReached") ?? [])].map(({ name }) => name),
      ["b"],
    );
  });
});

test("the record tells which container idles, not an image that was put there by hand", () => {
  const [sidecar] = sidecarsOf(setWith("mesh:1").set);
  assert.ok(sidecar);
  const byHand = {
    ...first,
    containers: first.containers.map((container) =>
      container.name === "mesh-2" ? { ...container, image: "debug:1" } : container,
    ),
  };
  assert.equal(isHalfway(byHand, sidecar), false);
  assert.equal(counters(planOf(setWith("mesh:1"), [run(byHand)])), "1,1,1,1");
  assert.equal(images(next(run(byHand), setWith("mesh:2"))), "mesh:1 mesh:2*");
});

test("which container a step changes", () => {
  const [sidecar] = sidecarsOf(setWith("mesh:3").set);
  assert.ok(sidecar);
  const good = (...names: readonly string[]) => hotStep(upgrading, sidecar, (name) => names.includes(name));
  assert.equal(good("mesh-1")?.container, "mesh-2", "the failing one");
  assert.equal(good("mesh-2")?.container, "mesh-1", "the retiring one");
  assert.equal(good()?.container, "mesh-1", "with none good, the older one");
  assert.equal(good("mesh-1", "mesh-2")?.container, "mesh-1", "with both good, the older one");
});

describe("a record that takes the idle container for the working one", () => {
  const mistaken = {
    ...first,
    annotations: {
      ...first.annotations,
      [working]: '{"mesh":"mesh-2"}',
      "version.sidecarset.kruise.io/mesh-2": "5",
    },
  };

  test("is mended, and the container that serves is not stopped", () => {
    assert.equal(images(mistaken), "mesh:1 empty:1*");
    const mended = next(run(mistaken), setWith("mesh:1"));
    assert.equal(images(mended), "mesh:1* empty:1");
    assert.equal(versions(mended), "1 0 0 1");
    assert.equal(images(next(run(mended), setWith("mesh:2"))), "mesh:1 mesh:2*");
  });

  test("does not keep the idle one from being upgraded while the Pod is not ready", () => {
    assert.equal(images(next(run(mistaken, "main"), setWith("mesh:2"))), "mesh:1 mesh:2*");
  });
});

test("records of other sidecars stay, unreadable ones are written anew", () => {
  const step = {
    sidecar: "mesh",
    kind: "start",
    container: "mesh-2",
    other: "mesh-1",
    image: "mesh:2",
  } as const;
  const put = (text: string) => hotAnnotations([step], { [working]: text }, "77")[working];
  assert.equal(put('{"other":"other-1","mesh":"mesh-1"}'), '{"mesh":"mesh-2","other":"other-1"}');
  assert.equal(put("no json"), '{"mesh":"mesh-2"}');
  assert.deepEqual(hotAnnotations([], {}, "77"), {});
  const annotations = hotAnnotations([step], { "version.sidecarset.kruise.io/mesh-1": "42" }, "77");
  assert.deepEqual(annotations, {
    "version.sidecarset.kruise.io/mesh-2": "77",
    "versionalt.sidecarset.kruise.io/mesh-2": "42",
    "versionalt.sidecarset.kruise.io/mesh-1": "77",
    [working]: '{"mesh":"mesh-2"}',
  });
});

test("a Pod that has not got the containers of a hot native sidecar has no upgrade to end", () => {
  const container = { ...hot("mesh", "mesh:2", empty), restartPolicy: "Always" };
  const set = makeSet({ containers: [], initContainers: [container] }, " made native");
  const pod = sidecarPod("a", {}, makeSet({ containers: [{ name: "mesh", image: "mesh:1" }] }));
  assert.deepEqual(planOf(set, [pod]).upgrades, []);
});
