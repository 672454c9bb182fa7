import assert from "node:assert/strict";
import { test } from "node:test";
import { readLiveSettings } from "../../../controller/core/settings.ts";
import { ApiError } from "../../../controller/k8s/api-error.ts";
import { textOf } from "../../../controller/k8s/codec/json-codec.ts";
import type { ObjectAddress } from "../../../controller/k8s/resource.ts";
import { isJsonObject, type JsonObject } from "../../../controller/model/json.ts";
import { silentLogger } from "../../../controller/observability/logger.ts";
import { KeptSettings } from "../../../controller/shell/kept-settings.ts";

const { signal } = new AbortController();
const settingsOf = (image: string) =>
  readLiveSettings({ sidecarSets: [{ metadata: { name: "set" }, spec: { image } }] });

/** ControllerRevisions of one namespace, by name, and the requests that were made for them. */
class Revisions {
  readonly objects = new Map<string, JsonObject>();
  readonly requests: string[] = [];

  newKept(policy = "injection"): KeptSettings {
    return new KeptSettings({ client: this, namespace: "system", policy, logger: silentLogger });
  }

  names(): string {
    return [...this.objects.keys()].join();
  }

  list(_type: unknown, query: Readonly<Record<string, string>> = {}): Promise<readonly JsonObject[]> {
    this.requests.push(`list ${query["labelSelector"]}`);
    return Promise.resolve([...this.objects.values()]);
  }

  create(_type: unknown, _address: ObjectAddress, object: unknown): Promise<JsonObject> {
    assert.ok(isJsonObject(object) && isJsonObject(object["metadata"]));
    const { metadata } = object;
    const name = textOf(metadata, "name");
    if (this.objects.has(name)) return Promise.reject(new ApiError(409, "AlreadyExists", "exists"));
    this.requests.push(`create ${name}`);
    const made = { ...object, metadata: { ...metadata, uid: `uid of ${name}` } };
    this.objects.set(name, made);
    return Promise.resolve(made);
  }

  delete(
    _type: unknown,
    { name = "" }: ObjectAddress,
    { uid }: { readonly uid?: string } = {},
  ): Promise<JsonObject> {
    assert.equal(uid, `uid of ${name}`);
    this.requests.push(`delete ${name}`);
    return this.objects.delete(name)
      ? Promise.resolve({})
      : Promise.reject(new ApiError(404, "NotFound", "gone"));
  }
}

test("what was kept last is recalled by another process, whoever it was written by", async () => {
  const revisions = new Revisions();
  const first = revisions.newKept();
  assert.equal(await first.recall(signal), undefined);
  await first.keep(settingsOf("log:1"), "uid", signal);
  await first.keep(settingsOf("log:2"), "uid", signal);
  await first.keep(settingsOf("log:2"), "uid", signal);
  assert.deepEqual(revisions.requests, [
    "list sidecarset-kubewarden/kept",
    "create injection-settings-1",
    "create injection-settings-2",
    "delete injection-settings-1",
  ]);
  const second = revisions.newKept();
  assert.equal((await second.recall(signal))?.list, settingsOf("log:2").list);
  await second.keep(settingsOf("log:2"), "uid", signal);
  assert.equal(revisions.names(), "injection-settings-2");
});

test("of two that a process left behind when it died, the newer counts and the older goes", async () => {
  const revisions = new Revisions();
  const kept = revisions.newKept();
  await kept.keep(settingsOf("log:1"), "uid", signal);
  const [first] = [...revisions.objects.values()];
  await kept.keep(settingsOf("log:2"), "uid", signal);
  assert.ok(first);
  revisions.objects.set("injection-settings-1", first);
  const next = revisions.newKept();
  assert.equal((await next.recall(signal))?.list, settingsOf("log:2").list);
  await next.keep(settingsOf("log:2"), "uid", signal);
  assert.equal(revisions.names(), "injection-settings-2");
});

test("those of another policy do not count", async () => {
  const revisions = new Revisions();
  await revisions.newKept("other").keep(settingsOf("log:1"), "uid", signal);
  assert.equal(await revisions.newKept().recall(signal), undefined);
});

test("a policy that was created again has them anew, for the old ones go with the old policy", async () => {
  const revisions = new Revisions();
  const kept = revisions.newKept();
  await kept.keep(settingsOf("log:1"), "uid", signal);
  revisions.objects.clear();
  await kept.keep(settingsOf("log:1"), "uid-2", signal);
  assert.equal(revisions.names(), "injection-settings-2");
});

test("a name that another process has taken meanwhile is not overwritten, and the next try looks again", async () => {
  const revisions = new Revisions();
  const [kept, other] = [revisions.newKept(), revisions.newKept()];
  await kept.recall(signal);
  await other.keep(settingsOf("log:1"), "uid", signal);
  assert.equal(await kept.keep(settingsOf("log:2"), "uid", signal), false);
  assert.equal(await kept.keep(settingsOf("log:2"), "uid", signal), true);
  assert.equal(revisions.names(), "injection-settings-2");
});
