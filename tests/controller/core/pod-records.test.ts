import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { jsonMembers, writeMembers } from "../../../controller/core/json-members.ts";
import {
  inPlaceState,
  injectedSets,
  putHashRecord,
  type LastStatus,
  putInPlaceState,
  recordedHash,
} from "../../../controller/core/pod-records.ts";
import { makePod } from "../model/make-pod.ts";

const annotation = "kruise.io/sidecarset-hash";
const record = {
  updateTimestamp: "2026-07-02T09:00:00Z",
  hash: "h2",
  sidecarSetName: "set-b",
  sidecarList: ["log", "mesh"],
};
const written =
  '{"updateTimestamp":"2026-07-02T09:00:00Z","hash":"h2","sidecarSetName":"set-b","sidecarList":["log","mesh"]}';

test("a hash record is put among others, whose text stays as it was", () => {
  const other = '{ "hash" : "x", "later\\u0041": 1e2 }';
  assert.equal(putHashRecord(undefined, record), `{"set-b":${written}}`);
  assert.equal(putHashRecord("not JSON", record), `{"set-b":${written}}`);
  assert.equal(
    putHashRecord(`{"set-c":${other}, "set-a":${other},"set-b":{"hash":"h1"}}`, record),
    `{"set-a":${other},"set-b":${written},"set-c":${other}}`,
  );
  assert.equal(
    putHashRecord('{"set-a":"old"}', { ...record, controllerRevision: "set-b-1" }),
    `{"set-a":{"updateTimestamp":null,"hash":"old","sidecarSetName":"set-a","sidecarList":null},"set-b":${written.slice(0, -1)},"controllerRevision":"set-b-1"}}`,
  );
});

test("recorded hashes are read in both shapes", () => {
  const read = (text: string) =>
    recordedHash(makePod({ annotations: { [annotation]: text } }), annotation, "s");
  assert.equal(read('{"s":{"hash":"h"}}'), "h");
  assert.equal(read('{"s":"h"}'), "h");
  for (const text of ["", "{", "[]", "null", '{"t":"h"}', '{"s":1}', '{"s":{"hash":1}}', '{"s":{}}']) {
    assert.equal(read(text), undefined, text);
  }
  assert.equal(recordedHash(makePod(), annotation, "s"), undefined);
});

test("in-place state keeps its first revision and other containers", () => {
  const first = { revision: "h1", updateTimestamp: "t1" };
  const log = { imageID: "X", restartCount: 2 };
  const once = putInPlaceState(undefined, "s", first, new Map([["log", log]]));
  assert.equal(
    once,
    '{"s":{"revision":"h1","updateTimestamp":"t1","lastContainerStatuses":{"log":{"imageID":"X","restartCount":2}}}}',
  );
  const later = { revision: "h2", updateTimestamp: "t2" };
  const other = '"r":{"revision":"q"}';
  const twice = putInPlaceState(`{${other},${once.slice(1)}`, "s", later, new Map([["a", undefined]]));
  assert.equal(
    twice,
    `{${other},"s":{"revision":"h1","updateTimestamp":"t1","lastContainerStatuses":{"a":{},"log":{"imageID":"X","restartCount":2}}}}`,
  );
  const pod = makePod({ annotations: { "kruise.io/sidecarset-inplace-update-state": twice } });
  assert.deepEqual(inPlaceState(pod, "s"), {
    before: new Map<string, LastStatus>([
      ["a", { imageID: "", restartCount: undefined }],
      ["log", log],
    ]),
  });
  assert.deepEqual(inPlaceState(pod, "unknown"), { before: new Map() });
});

test("injected list", () => {
  const list = (text: string) =>
    injectedSets(makePod({ annotations: { "kruise.io/sidecarset-injected-list": text } }));
  assert.deepEqual(list("a,b"), ["a", "b"]);
  assert.deepEqual(list(""), []);
  assert.deepEqual(injectedSets(makePod()), []);
});

test("members of any JSON object come apart and together without a change of value", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 2), (object, indent) => {
      const members = jsonMembers(JSON.stringify(object, null, indent));
      assert.ok(members);
      assert.deepEqual(JSON.parse(writeMembers(members)), JSON.parse(JSON.stringify(object)));
    }),
  );
});

test("of equal keys the last one stays", () => {
  assert.deepEqual(jsonMembers('{"a":1,"b":2,"\\u0061":3}'), [
    { key: "b", text: "2" },
    { key: "a", text: "3" },
  ]);
});
