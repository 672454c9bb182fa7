import assert from "node:assert/strict";
import { test } from "node:test";
import { PodIndex } from "../../../controller/shell/pod-index.ts";
import { setView } from "../../../controller/shell/set-view.ts";
import { makePod } from "../model/make-pod.ts";
import { makeSet } from "../core/make-rollout.ts";

const podOf = (list: string) =>
  makePod({
    annotations: { "kruise.io/sidecarset-injected-list": list },
    labels: Object.freeze({ app: "web" }),
  });

test("a Pod is found under every set that it records, as it changes and goes", () => {
  const index = new PodIndex();
  const [first, second] = [podOf("a,b"), podOf("b,c")];
  const listed = () => ["a", "b", "c"].map((set) => [...index.podsOf(set)]);
  assert.deepEqual(index.apply({ kind: "added", key: "default/pod", after: first }), ["a", "b"]);
  assert.deepEqual(listed(), [[first], [first], []]);
  const change = { kind: "changed", key: "default/pod", before: first, after: second } as const;
  assert.deepEqual(index.apply(change), ["a", "b", "c"]);
  assert.deepEqual(listed(), [[], [second], [second]]);
  assert.deepEqual(index.apply({ kind: "removed", key: "default/pod", before: second }), ["b", "c"]);
  assert.deepEqual(listed(), [[], [], []]);
});

test("a set selects by labels and by namespace, in all three ways", () => {
  const labels = { team: "blue", "kubernetes.io/metadata.name": "default" };
  const cases = [
    [{}, true],
    [{ selector: { matchLabels: { app: "db" } } }, false],
    [{ selector: {} }, false],
    [{ namespace: "default" }, true],
    [{ namespace: "kube-system" }, false],
    [{ namespaceSelector: { matchLabels: { team: "blue" } } }, true],
    [{ namespaceSelector: { matchLabels: { team: "red" } } }, false],
    [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "default" } } }, true],
  ] as const;
  for (const [spec, expected] of cases) {
    const view = setView(makeSet(spec));
    const selected = [1, 2].map(() => view.selects(podOf("set"), () => labels));
    assert.deepEqual(selected, [expected, expected], JSON.stringify(spec));
  }
});

test("a namespace that is not known yet has its name at least", () => {
  const byName = setView(
    makeSet({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "default" } } }),
  );
  assert.equal(
    byName.selects(podOf("set"), () => undefined),
    true,
  );
});
