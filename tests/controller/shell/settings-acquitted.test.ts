import assert from "node:assert/strict";
import { test } from "node:test";
import type { SetDocument } from "../../../controller/core/set-document.ts";
import { type LiveSettings, readLiveSettings } from "../../../controller/core/settings.ts";
import { Store } from "../../../controller/k8s/store.ts";
import type { SidecarSet } from "../../../controller/model/sidecarset.ts";
import { silentLogger } from "../../../controller/observability/logger.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";
import type { ServerState } from "../../../controller/shell/settings-confirmation.ts";
import { type ClusterAdmissionPolicy, SettingsWriter } from "../../../controller/shell/settings-writer.ts";
import { makeSet } from "../core/make-rollout.ts";

const { signal } = new AbortController();
const failing: ServerState = { kind: "failing", server: "ps", why: "its Pod crashes" };
const rolling: ServerState = { kind: "rolling", server: "ps", why: "0 of 1 Pods restarted" };
const settled: ServerState = { kind: "settled" };

const settingsWith = (image: string) => ({ sidecarSets: [{ metadata: { name: "set" }, spec: { image } }] });
const entryWith = (image: string): string =>
  readLiveSettings(settingsWith(image)).entries.get("set") ?? assert.fail();

/** A settings writer with one set, and a PolicyServer of which the test says how it does. */
class Scene {
  state: ServerState = settled;
  running: LiveSettings | undefined;
  image = "log:1";
  readonly #clock = new FakeClock();
  #version = 1;
  readonly #policies = new Store<ClusterAdmissionPolicy>({
    identify: ({ metadata }) => ({ ...metadata, key: metadata.name }),
    logger: silentLogger,
  });
  readonly #writer: SettingsWriter;
  readonly #set: SidecarSet = makeSet().set;

  constructor() {
    const sets = new Store<SidecarSet>({
      identify: ({ metadata }) => ({ ...metadata, key: metadata.name }),
      logger: silentLogger,
    });
    sets.put(this.#set);
    const document = (): SetDocument => ({
      kind: "ready",
      entry: entryWith(this.image),
      pinned: undefined,
      missing: undefined,
      historyProblem: undefined,
    });
    // oxlint-disable-next-line typescript/no-this-alias -- getters below are of another object
    const scene = this;
    this.#writer = new SettingsWriter({
      client: {
        patch: (_type, _address, { body }) => {
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the writer's own patch
          this.#store((body as { readonly spec: { readonly settings: unknown } }).spec.settings);
          return Promise.resolve({ metadata: { resourceVersion: String(this.#version) } });
        },
      },
      sets,
      policies: this.#policies,
      documents: { of: document },
      judge: { judge: () => undefined, judgeEntry: () => undefined },
      confirmation: {
        look: () => Promise.resolve(100),
        confirm: () => ({ kind: "rolling", server: "ps", why: "" }),
        expect: () => {},
        get running() {
          return scene.running;
        },
        get state() {
          return scene.state;
        },
      },
      policy: "injection",
      limitBytes: 1_000_000,
      intervalMs: 60_000,
      clock: this.#clock,
      logger: silentLogger,
      onDecision: () => {},
    });
    this.#store({});
  }

  /** One pass, a minute after the last one; answers the image in the settings after it. */
  async pass(): Promise<string | undefined> {
    this.#clock.advance(60_000);
    await this.#writer.reconcile(signal);
    const settings = JSON.stringify(this.#policies.get("injection")?.spec?.settings);
    return /"image":"([^"]+)"/.exec(settings)?.[1];
  }

  /** The entry's verdict, and whether the server fails with its former settings, as the condition is made from them. */
  found(): readonly [verdict: string | undefined, failsRestored: string | undefined] {
    const findings = this.#writer.findings(this.#set);
    return [findings?.reverted?.kind, findings?.failsRestored];
  }

  #store(settings: unknown): void {
    const metadata = { name: "injection", uid: "1", resourceVersion: String(++this.#version) };
    this.#policies.put({ metadata, spec: { settings } });
    this.#policies.advance(metadata.resourceVersion);
  }
}

/** A scene in which the server ran with log:1, then failed with log:2 and, that being restored, with log:1 as well. */
async function failedWithBoth(): Promise<Scene> {
  const scene = new Scene();
  assert.equal(await scene.pass(), "log:1");
  scene.running = readLiveSettings(settingsWith("log:1"));
  scene.image = "log:2";
  assert.equal(await scene.pass(), "log:2");
  scene.state = failing;
  assert.equal(await scene.pass(), "log:1", "restored");
  await scene.pass();
  assert.deepEqual(scene.found(), ["guilty", "its Pod crashes"]);
  return scene;
}

test("a server that failed with both settings and runs again acquits the new ones", async () => {
  const scene = await failedWithBoth();
  scene.state = settled;
  assert.equal(await scene.pass(), "log:1");
  assert.deepEqual(scene.found(), [undefined, undefined]);
  assert.equal(await scene.pass(), "log:2");
});

test("so does one that was seen on its way before it ran again", async () => {
  const scene = await failedWithBoth();
  scene.state = rolling;
  assert.equal(await scene.pass(), "log:1");
  assert.deepEqual(scene.found(), ["guilty", "its Pod crashes"]);
  scene.state = settled;
  await scene.pass();
  assert.equal(await scene.pass(), "log:2");
});

test("one that runs with the former settings does not", async () => {
  const scene = new Scene();
  await scene.pass();
  scene.running = readLiveSettings(settingsWith("log:1"));
  scene.image = "log:2";
  await scene.pass();
  scene.state = failing;
  assert.equal(await scene.pass(), "log:1");
  scene.state = settled;
  assert.equal(await scene.pass(), "log:1");
  assert.equal(await scene.pass(), "log:1");
  assert.deepEqual(scene.found(), ["guilty", undefined]);
});
