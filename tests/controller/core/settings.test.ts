import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { canonicalJson } from "../../../controller/core/canonical-json.ts";
import { nextEntry } from "../../../controller/core/set-document.ts";
import {
  decideSettings,
  lacksRevision,
  readLiveSettings,
  settingsDocument,
  settingsEntry,
} from "../../../controller/core/settings.ts";
import { makeSet } from "./make-rollout.ts";

const none = readLiveSettings({});

function entryOf(name: string, bytes: number): string {
  const entry = canonicalJson({ metadata: { name }, spec: { pad: "" } });
  return canonicalJson({ metadata: { name }, spec: { pad: "x".repeat(Math.max(0, bytes - entry.length)) } });
}

function liveOf(entries: readonly string[], others = {}) {
  return readLiveSettings({ ...others, sidecarSets: entries.map((entry): unknown => JSON.parse(entry)) });
}

test("an entry holds what injection needs and nothing that an update strategy changes", () => {
  const { set } = makeSet({ updateStrategy: { paused: true }, revisionHistoryLimit: 3, paused: true });
  const withStatus = { ...set, status: { matchedPods: 1 } };
  assert.equal(
    settingsEntry(withStatus, { latest: undefined, pinned: undefined }),
    '{"metadata":{"annotations":{"kruise.io/sidecarset-hash":"log=log:1","kruise.io/sidecarset-hash-without-image":"log"},"name":"set"},"spec":{"containers":[{"image":"log:1","name":"log"}],"selector":{"matchLabels":{"app":"web"}}}}',
  );
  const unpaused = { ...set, spec: { ...set.spec, updateStrategy: { paused: false } } };
  const latest = { latest: "set-1", pinned: undefined };
  assert.equal(settingsEntry(unpaused, latest), settingsEntry(set, latest));
  assert.match(settingsEntry(set, latest), /"status":\{"latestRevision":"set-1"\}\}$/);
});

test("an entry that pins a revision holds the early spelling of paused under the newer name", () => {
  const pinned = { name: "set-0", hash: "h", hashWithoutImage: "w", spec: {} };
  const pausedIn = (spec: object): unknown => {
    const entry: { spec: { updateStrategy: { paused?: boolean } } } = JSON.parse(
      settingsEntry(makeSet(spec).set, { latest: "set-1", pinned }),
    );
    return entry.spec.updateStrategy.paused;
  };
  assert.equal(pausedIn({ paused: true }), true);
  assert.equal(pausedIn({ paused: true, updateStrategy: { paused: false } }), false);
});

test("an entry that pins a revision holds it, and what of the update strategy decides who gets it", () => {
  const strategy = { paused: true, partition: "50%", maxUnavailable: 2, type: "RollingUpdate" };
  const revision = { revisionName: "set-0" };
  const { set } = makeSet({ updateStrategy: strategy, injectionStrategy: { revision } });
  const spec = { containers: [{ name: "log", image: "log:0" }] };
  const pinned = { name: "set-0", hash: "h", hashWithoutImage: "w", spec };
  const entry = settingsEntry(set, { latest: "set-1", pinned });
  const read: { spec: Record<string, unknown> } = JSON.parse(entry);
  assert.deepEqual(read.spec["updateStrategy"], { paused: true, partition: "50%" });
  assert.deepEqual(read, {
    ...read,
    revision: {
      name: "set-0",
      annotations: { "kruise.io/sidecarset-hash": "h", "kruise.io/sidecarset-hash-without-image": "w" },
      spec,
    },
    status: { latestRevision: "set-1" },
  });
  assert.equal(lacksRevision(entry), false);
  assert.equal(lacksRevision(settingsEntry(set, { latest: "set-1", pinned: undefined })), true);
  assert.equal(lacksRevision(settingsEntry(makeSet().set, { latest: "set-1", pinned: undefined })), false);
});

test("a set whose revision is missing keeps a good last entry and no other", () => {
  const missing = { asked: "revisionName x", known: [] };
  const ready = {
    kind: "ready",
    entry: "new",
    pinned: undefined,
    missing: undefined,
    historyProblem: undefined,
  } as const;
  const unresolved = settingsEntry(makeSet({ injectionStrategy: { revision: { customVersion: "x" } } }).set, {
    latest: "set-1",
    pinned: undefined,
  });
  assert.equal(nextEntry(ready, "{}"), "new");
  assert.equal(nextEntry({ ...ready, missing }, "{}"), undefined);
  assert.equal(nextEntry({ ...ready, missing }, undefined), "new");
  assert.equal(nextEntry({ ...ready, missing }, unresolved), "new");
  assert.equal(nextEntry({ kind: "pending" }, undefined), undefined);
  assert.equal(nextEntry({ kind: "invalid", problems: "" }, "{}"), undefined);
});

test("canonical JSON does not depend on the order of members", () => {
  assert.equal(canonicalJson({ b: [{ d: 1, c: 2 }], a: undefined }), '{"b":[{"c":2,"d":1}]}');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      assert.equal(canonicalJson(JSON.parse(text)), text);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("sets are sorted by name, members of the user stay", () => {
  const decision = decideSettings(
    [
      { name: "b", entry: entryOf("b", 60) },
      { name: "a", entry: entryOf("a", 60) },
    ],
    none,
    10_000,
  );
  const live = liveOf([], { failureMode: "Ignore" });
  const document: unknown = JSON.parse(settingsDocument(decision.list, live));
  assert.deepEqual(document, {
    failureMode: "Ignore",
    sidecarSets: [JSON.parse(entryOf("a", 60)), JSON.parse(entryOf("b", 60))],
  });
});

test("a set that is gone goes, one without an acceptable entry keeps its last good one", () => {
  const live = liveOf([entryOf("gone", 60), entryOf("kept", 60)]);
  const wanted = [
    { name: "kept", entry: undefined },
    { name: "never-good", entry: undefined },
  ];
  const decision = decideSettings(wanted, live, 10_000);
  assert.deepEqual([...decision.entries], [["kept", entryOf("kept", 60)]]);
});

test("a set that does not fit harms itself alone", () => {
  const live = liveOf([entryOf("a", 100), entryOf("b", 100)]);
  const wanted = [
    { name: "a", entry: entryOf("a", 500) },
    { name: "b", entry: entryOf("b", 120) },
    { name: "c", entry: entryOf("c", 90) },
  ];
  const decision = decideSettings(wanted, live, 400);
  assert.deepEqual([...decision.oversize.keys()], ["a"]);
  assert.equal(decision.entries.get("a"), entryOf("a", 100));
  assert.equal(decision.entries.get("b"), entryOf("b", 120));
  assert.equal(decision.entries.get("c"), entryOf("c", 90));
  const { bytes, limit, largest } = decision.oversize.get("a") ?? assert.fail();
  assert.deepEqual({ bytes, limit, first: largest[0]?.name }, { bytes: 500, limit: 400, first: "a" });
});

test("room that one set gives up is there for another in the same round", () => {
  const live = liveOf([entryOf("z", 300)]);
  const wanted = [
    { name: "a", entry: entryOf("a", 250) },
    { name: "z", entry: entryOf("z", 60) },
  ];
  assert.equal(decideSettings(wanted, live, 400).oversize.size, 0);
});

test("live settings of any shape are read", () => {
  for (const settings of [
    undefined,
    null,
    1,
    "x",
    [],
    { sidecarSets: 1 },
    { sidecarSets: [null, {}, { metadata: 1 }] },
  ]) {
    assert.equal(readLiveSettings(settings).entries.size, 0);
  }
});

test("settings never outgrow the limit, and what fits is all there", () => {
  const sets = fc.uniqueArray(
    fc.record({
      name: fc.stringMatching(/^[a-z]{1,4}$/),
      live: fc.option(fc.integer({ min: 60, max: 300 })),
      wanted: fc.option(fc.integer({ min: 60, max: 600 })),
    }),
    { selector: ({ name }) => name, maxLength: 8 },
  );
  fc.assert(
    fc.property(sets, fc.integer({ min: 100, max: 3000 }), (all, limit) => {
      const live = liveOf(all.flatMap(({ name, live }) => (live === null ? [] : [entryOf(name, live)])));
      const wanted = all.map(({ name, wanted }) => ({
        name,
        entry: wanted === null ? undefined : entryOf(name, wanted),
      }));
      const decision = decideSettings(wanted, live, limit);
      const before = Buffer.byteLength(settingsDocument(live.list, live));
      // The estimate counts one comma per entry, the document has one less.
      assert.ok(decision.bytes <= Math.max(limit, before + 1), `${decision.bytes} > ${limit}, ${before}`);
      for (const { name, entry } of wanted) {
        if (decision.oversize.has(name)) assert.equal(decision.entries.get(name), live.entries.get(name));
        else assert.equal(decision.entries.get(name), entry ?? live.entries.get(name));
      }
      const again = decideSettings(
        wanted,
        readLiveSettings(JSON.parse(settingsDocument(decision.list, live))),
        limit,
      );
      if (decision.oversize.size === 0) assert.equal(again.list, decision.list, "stable");
    }),
  );
});
