import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { compareResourceVersions } from "../../../controller/k8s/resource-version.ts";
import { Store } from "../../../controller/k8s/store.ts";
import { type LogFields, silentLogger } from "../../../controller/observability/logger.ts";

interface Row {
  readonly key: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly note: string;
}

const row = (key: string, version: number, note = "", uid = `uid-${key}`): Row => ({
  key,
  uid,
  resourceVersion: String(version),
  note,
});

function makeStore(same?: (a: Row, b: Row) => boolean) {
  const changes: string[] = [];
  const store = new Store<Row>({
    identify: (object) => object,
    logger: silentLogger,
    ...(same !== undefined && { same }),
  });
  store.onChange((change) => {
    const { resourceVersion, uid } = change.kind === "removed" ? change.before : change.after;
    changes.push(`${change.kind} ${change.key} ${uid} ${resourceVersion}`);
  });
  return { store, changes };
}

test("an older version never replaces or removes a newer one", () => {
  const { store, changes } = makeStore();
  store.put(row("a", 10));
  store.put(row("a", 9));
  store.remove(row("a", 9));
  assert.equal(store.get("a")?.resourceVersion, "10");
  assert.deepEqual(changes, ["added a uid-a 10"]);
});

test("a known key with another uid is a removal and an addition", () => {
  const { store, changes } = makeStore();
  store.put(row("a", 10, "", "u1"));
  store.put(row("a", 12, "", "u2"));
  assert.deepEqual(changes, ["added a u1 10", "removed a u1 10", "added a u2 12"]);
});

test("a version that is the same to the listeners is not told, and counts as seen", () => {
  const { store, changes } = makeStore((a, b) => a.note === b.note);
  store.put(row("a", 10, "x"));
  store.put(row("a", 11, "x"));
  store.advance("11");
  assert.equal(store.get("a")?.resourceVersion, "10");
  assert.ok(store.hasSeen("11"));
  assert.ok(!store.hasSeen("12"));
  store.put(row("a", 12, "y"));
  assert.deepEqual(changes, ["added a uid-a 10", "changed a uid-a 12"]);
});

test("a listener that throws is logged and keeps nothing from the store or other listeners", () => {
  const logged: LogFields[] = [];
  const store = new Store<Row>({
    identify: (object) => object,
    logger: { ...silentLogger, error: (fields) => logged.push(fields) },
  });
  let heard = 0;
  store.onChange(() => {
    throw new Error("broken");
  });
  store.onChange(() => {
    heard += 1;
  });
  store.put(row("a", 1));
  assert.equal(heard, 1);
  assert.equal(store.size, 1);
  assert.equal(logged[0]?.["key"], "a");
});

test("the version of the store never goes back", () => {
  const { store } = makeStore();
  store.advance("100");
  store.advance("99");
  store.endList("98");
  assert.equal(store.resourceVersion, "100");
});

test("a list of a history begun anew counts, though its versions are older", () => {
  const { store, changes } = makeStore();
  store.put(row("a", 90));
  store.put(row("b", 95));
  store.advance("100");
  store.beginList();
  store.restart();
  store.put(row("a", 20));
  store.endList("30");
  assert.equal(store.resourceVersion, "30");
  assert.deepEqual(changes, [
    "added a uid-a 90",
    "added b uid-b 95",
    "changed a uid-a 20",
    "removed b uid-b 95",
  ]);
  store.put(row("a", 19));
  assert.equal(store.get("a")?.resourceVersion, "20");
});

test("versions compare as numbers of any size", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 90n }), fc.bigInt({ min: 0n, max: 2n ** 90n }), (a, b) => {
      const want = a < b ? -1 : Number(a > b);
      assert.equal(Math.sign(compareResourceVersions(String(a), String(b))), want);
    }),
  );
  assert.ok(compareResourceVersions("", "1") < 0);
});

test("after any lists and events the store is what the last complete list and the events after it say", () => {
  const key = fc.constantFrom("a", "b", "c", "d");
  const step = fc.oneof(
    fc.record({ kind: fc.constantFrom("put" as const, "remove" as const), key }),
    fc.record({ kind: fc.constant("list" as const), keys: fc.uniqueArray(key) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { store, changes } = makeStore();
      const model = new Map<string, string>();
      const told = new Map<string, string>();
      store.onChange((change) => {
        if (change.kind === "removed") told.delete(change.key);
        else told.set(change.key, change.after.resourceVersion);
      });
      for (const [index, step] of steps.entries()) {
        const version = index + 1;
        if (step.kind === "list") {
          const listed = new Map(step.keys.map((name) => [name, model.get(name) ?? String(version)]));
          store.beginList();
          for (const [name, at] of listed) store.put(row(name, Number(at)));
          store.endList(String(version));
          model.clear();
          for (const [name, at] of listed) model.set(name, at);
        } else if (step.kind === "put") {
          store.put(row(step.key, version));
          model.set(step.key, String(version));
        } else {
          store.remove(row(step.key, version));
          model.delete(step.key);
        }
      }
      const entries = [...store.values()].map((object): [string, string] => [
        object.key,
        object.resourceVersion,
      ]);
      assert.deepEqual(new Map(entries), model);
      assert.deepEqual(told, model, changes.join("; "));
    }),
  );
});
