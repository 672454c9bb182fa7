import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ApiClient } from "../../../controller/k8s/client.ts";
import { type ApiObject, objectCodec } from "../../../controller/k8s/codec/json-codec.ts";
import type { ReflectorActivity } from "../../../controller/k8s/reflector-options.ts";
import { Reflector } from "../../../controller/k8s/reflector.ts";
import { sidecarSets } from "../../../controller/k8s/resource.ts";
import { type Change, Store } from "../../../controller/k8s/store.ts";
import { silentLogger } from "../../../controller/observability/logger.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";
import { type Arrival, answer, refuse, ScriptedServer } from "./scripted-server.ts";

interface Thing extends ApiObject {
  readonly note?: string;
}

const thing = (name: string, resourceVersion: number, rest: { uid?: string; note?: string } = {}): Thing => ({
  metadata: { name, uid: rest.uid ?? `uid-${name}`, resourceVersion: String(resourceVersion) },
  ...(rest.note !== undefined && { note: rest.note }),
});

async function setUp(t: TestContext, { streamList = false } = {}) {
  const server = await ScriptedServer.start();
  const clock = new FakeClock();
  // Requests have a clock of their own, so that moving the reflector's does not time them out.
  const client = new ApiClient(server.access);
  const codec = objectCodec<Thing>();
  const store = new Store<Thing>({ identify: codec.identify, logger: silentLogger });
  const changes: string[] = [];
  store.onChange((change) => changes.push(describe(change)));
  const activities: ReflectorActivity["kind"][] = [];
  const reflector = new Reflector({
    client,
    resource: sidecarSets,
    codec,
    store,
    clock,
    logger: silentLogger,
    random: () => 0.5,
    streamList,
    observe: ({ kind }) => activities.push(kind),
  });
  const stop = new AbortController();
  const running = reflector.run(stop.signal);
  t.after(async () => {
    stop.abort(new Error("test is over"));
    await running;
    client.close();
    await server.stop();
  });
  return { server, clock, store, changes, activities, reflector, stop, running, passed: 0 };
}

function describe(change: Change<Thing>): string {
  const object = change.kind === "removed" ? change.before : change.after;
  return `${change.kind} ${change.key} ${object.metadata.resourceVersion}`;
}

function list(arrival: Arrival, items: readonly Thing[], resourceVersion: number, continueToken = ""): void {
  assert.equal(arrival.query.get("watch"), null, "a list");
  answer(arrival, { metadata: { resourceVersion: String(resourceVersion), continue: continueToken }, items });
}

function startWatch(arrival: Arrival): void {
  assert.equal(arrival.query.get("watch"), "1", "a watch");
  arrival.response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
}

const frame = (type: string, object: unknown): string => `${JSON.stringify({ type, object })}\n`;

const bookmark = (resourceVersion: number): string =>
  frame("BOOKMARK", { metadata: { resourceVersion: String(resourceVersion) } });

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn += 1) {
    assert.ok(turn < 5000, "waited too long");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Waits for the next failure that makes the reflector pause; returns for how long, and lets the time pass. */
async function passDelay(context: {
  clock: FakeClock;
  activities: string[];
  passed: number;
}): Promise<number> {
  const { clock, activities } = context;
  const failures = () => activities.filter((kind) => kind === "failed" || kind === "expired").length;
  await until(() => failures() > context.passed && clock.delays.length > 0);
  context.passed = failures();
  const [delay] = clock.delays;
  assert.ok(delay !== undefined);
  clock.advance(delay);
  return delay;
}

test("lists in pages of 500 and then watches from the list's version, with bookmarks", async (t) => {
  const { server, store, reflector, changes } = await setUp(t);
  const first = await server.next();
  assert.equal(first.query.get("limit"), "500");
  assert.equal(first.query.get("resourceVersion"), null, "a version would make old servers ignore the limit");
  list(first, [thing("a", 3)], 9, "page-2");
  const second = await server.next();
  assert.equal(second.query.get("continue"), "page-2");
  assert.equal(reflector.hasSynced, false);
  list(second, [thing("b", 4)], 9);
  const watch = await server.next();
  assert.equal(watch.query.get("resourceVersion"), "9");
  assert.equal(watch.query.get("allowWatchBookmarks"), "true");
  const timeout = Number(watch.query.get("timeoutSeconds"));
  assert.ok(timeout >= 290 && timeout <= 580, `timeoutSeconds ${timeout}`);
  await reflector.synced;
  assert.equal(reflector.hasSynced, true);
  assert.deepEqual(changes, ["added a 3", "added b 4"]);
  assert.equal(store.resourceVersion, "9");
});

test("applies the events of a watch, however the bytes are cut", async (t) => {
  const { server, store, changes } = await setUp(t);
  list(await server.next(), [thing("a", 3)], 9);
  const watch = await server.next();
  startWatch(watch);
  const bytes = Buffer.from(
    frame("ADDED", thing("ö\u2028", 10)) +
      frame("MODIFIED", thing("a", 11, { note: "new" })) +
      frame("DELETED", thing("ö\u2028", 12)),
  );
  for (const byte of bytes) watch.response.write(Buffer.from([byte]));
  await until(() => store.resourceVersion === "12");
  assert.deepEqual(changes, ["added a 3", "added ö\u2028 10", "changed a 11", "removed ö\u2028 10"]);
  assert.equal(store.get("a")?.note, "new");
});

test("renewed, it leaves a watch that has gone silent for one from the same version, and tells when the server has taken that", async (t) => {
  const { server, store, reflector, activities } = await setUp(t);
  list(await server.next(), [thing("a", 3)], 9);
  startWatch(await server.next());
  await until(() => activities.includes("watch-started"));
  let isRenewed = false;
  const renewal = reflector.renew().then(() => (isRenewed = true));
  const watch = await server.next();
  assert.equal(watch.query.get("resourceVersion"), "9");
  assert.equal(isRenewed, false);
  startWatch(watch);
  await renewal;
  watch.response.write(frame("MODIFIED", thing("a", 11, { note: "missed" })));
  await until(() => store.get("a")?.note === "missed");
  assert.deepEqual(activities, ["listed", "watch-started", "watch-started"]);
});

test("renewed while its version has expired, it lists before it tells", async (t) => {
  const { server, store, reflector, activities } = await setUp(t);
  list(await server.next(), [thing("a", 3)], 9);
  startWatch(await server.next());
  await until(() => activities.includes("watch-started"));
  const renewal = reflector.renew();
  refuse(await server.next(), 410, "Expired");
  list(await server.next(), [thing("b", 20)], 20);
  startWatch(await server.next());
  await renewal;
  assert.deepEqual(
    [...store.values()].map(({ metadata }) => metadata.name),
    ["b"],
  );
});

test("a renewal that is waited for when the reflector is stopped rejects", async (t) => {
  const { server, reflector, activities, stop } = await setUp(t);
  list(await server.next(), [], 9);
  startWatch(await server.next());
  await until(() => activities.includes("watch-started"));
  const renewal = reflector.renew();
  stop.abort(new Error("over"));
  await assert.rejects(renewal, /over/);
});

test("a watch that ends in good order is followed by one from the newest version, bookmarks counted, at once", async (t) => {
  const { server, store, clock } = await setUp(t);
  list(await server.next(), [], 9);
  const watch = await server.next();
  startWatch(watch);
  watch.response.write(bookmark(20));
  await until(() => store.resourceVersion === "20");
  clock.advance(5000);
  watch.response.end();
  const again = await server.next();
  assert.equal(again.query.get("resourceVersion"), "20");
});

test("a watch closed at once is not repeated at once: the pause doubles up to 30 s, and an event resets it", async (t) => {
  const context = await setUp(t);
  const { server, store } = context;
  list(await server.next(), [], 9);
  const delays: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    const watch = await server.next();
    startWatch(watch);
    watch.response.end();
    delays.push(await passDelay(context));
  }
  // Three quarters: the middle of the jitter's range.
  assert.deepEqual(delays, [600, 1200, 2400, 4800, 9600, 19_200, 22_500, 22_500]);
  const watch = await server.next();
  startWatch(watch);
  watch.response.write(bookmark(10));
  await until(() => store.resourceVersion === "10");
  watch.response.end();
  assert.equal(await passDelay(context), 600);
  assert.equal((await server.next()).query.get("resourceVersion"), "10");
});

test("a cut connection is followed by a watch from the same version, not by a list", async (t) => {
  const context = await setUp(t);
  const { server, store } = context;
  list(await server.next(), [thing("a", 3)], 9);
  const watch = await server.next();
  startWatch(watch);
  watch.response.write(`${frame("MODIFIED", thing("a", 11))}{"type":"MODI`);
  await until(() => store.resourceVersion === "11");
  watch.response.destroy();
  assert.equal(await passDelay(context), 600);
  const again = await server.next();
  assert.equal(again.query.get("watch"), "1");
  assert.equal(again.query.get("resourceVersion"), "11");
});

test("a failing list is tried again with growing pauses, for as long as it takes", async (t) => {
  const context = await setUp(t);
  const { server, reflector } = context;
  const delays: number[] = [];
  for (const status of [500, 403, 404]) {
    refuse(await server.next(), status, "Whatever");
    delays.push(await passDelay(context));
  }
  assert.deepEqual(delays, [600, 1200, 2400]);
  list(await server.next(), [], 9);
  await reflector.synced;
});

test("90 s of silence end the watch; bytes of any kind put that off", async (t) => {
  const context = await setUp(t);
  const { server, clock, store } = context;
  list(await server.next(), [], 9);
  const watch = await server.next();
  startWatch(watch);
  await until(() => context.activities.includes("watch-started"));
  clock.advance(60_000);
  watch.response.write(bookmark(12));
  await until(() => store.resourceVersion === "12");
  clock.advance(60_000);
  assert.equal(server.unasked, 0);
  assert.deepEqual(clock.delays, [30_000]);
  clock.advance(30_000);
  assert.equal(await passDelay(context), 600);
  assert.equal((await server.next()).query.get("resourceVersion"), "12");
});

test("an expired version is listed again at once; only the next expiration in a row waits", async (t) => {
  const context = await setUp(t);
  const { server, clock, activities, changes } = context;
  list(await server.next(), [thing("a", 3), thing("b", 4)], 9);
  const expired = frame("ERROR", { kind: "Status", code: 410, reason: "Expired", message: "too old" });
  const watch = await server.next();
  startWatch(watch);
  watch.response.write(expired);
  const relist = await server.next();
  assert.deepEqual(clock.delays, []);
  list(relist, [thing("a", 3), thing("c", 20)], 30);
  context.passed = 1;
  refuse(await server.next(), 410, "Gone");
  assert.equal(await passDelay(context), 600);
  list(await server.next(), [thing("a", 3)], 40);
  await until(() => changes.length === 5);
  assert.deepEqual(changes, ["added a 3", "added b 4", "added c 20", "removed b 4", "removed c 20"]);
  assert.deepEqual(
    activities.filter((kind) => kind !== "watch-started"),
    ["listed", "expired", "listed", "expired", "listed"],
  );
});

test("failures before an expiration do not make its list wait", async (t) => {
  const context = await setUp(t);
  const { server } = context;
  list(await server.next(), [], 9);
  for (let failure = 0; failure < 4; failure += 1) {
    (await server.next()).response.destroy();
    await passDelay(context);
  }
  refuse(await server.next(), 410, "Expired");
  const relist = await server.next();
  assert.deepEqual(context.clock.delays, []);
  list(relist, [], 10);
});

test("410 between pages starts the list again, and what the broken list had seen is not taken for the whole", async (t) => {
  const { server, reflector, changes } = await setUp(t);
  list(await server.next(), [thing("a", 3)], 9, "page-2");
  refuse(await server.next(), 410, "Expired");
  const first = await server.next();
  assert.equal(first.query.get("continue"), null);
  assert.equal(reflector.hasSynced, false);
  list(first, [thing("b", 12)], 15);
  await reflector.synced;
  assert.deepEqual(changes, ["added a 3", "added b 12", "removed a 3"]);
});

test("a server restored from a backup is believed, though its versions are older", async (t) => {
  const { server, store } = await setUp(t);
  list(await server.next(), [thing("a", 90, { note: "new" }), thing("b", 95)], 100);
  refuse(await server.next(), 410, "Expired");
  list(await server.next(), [thing("a", 20, { note: "old" })], 30);
  const watch = await server.next();
  assert.equal(watch.query.get("resourceVersion"), "30");
  assert.equal(store.get("a")?.note, "old");
  assert.equal(store.size, 1);
});

test("a watch that goes back in version leads to a list", async (t) => {
  const context = await setUp(t);
  const { server } = context;
  list(await server.next(), [], 9);
  const watch = await server.next();
  startWatch(watch);
  watch.response.write(frame("DELETED", thing("a", 12)) + frame("ADDED", thing("a", 11)));
  await passDelay(context);
  list(await server.next(), [], 12);
});

for (const [name, bytes] of [
  ["a frame that is not JSON", "{nonsense\n"],
  ["a frame of unknown type", frame("GARBLED", thing("a", 10))],
  ["an object without a name", frame("ADDED", { metadata: {} })],
] as const) {
  test(`${name} leads to a list; it is never skipped`, async (t) => {
    const context = await setUp(t);
    const { server } = context;
    list(await server.next(), [], 9);
    const watch = await server.next();
    startWatch(watch);
    watch.response.write(bytes + bookmark(99));
    assert.equal(await passDelay(context), 600);
    const relist = await server.next();
    assert.equal(relist.query.get("watch"), null);
  });
}

test("an error event other than 410 leads to another watch", async (t) => {
  const context = await setUp(t);
  const { server } = context;
  list(await server.next(), [], 9);
  const watch = await server.next();
  startWatch(watch);
  watch.response.write(frame("ERROR", { kind: "Status", code: 500, message: "etcd" }));
  await passDelay(context);
  assert.equal((await server.next()).query.get("resourceVersion"), "9");
});

test("the server's Retry-After is waited for when it is longer than the own pause", async (t) => {
  const context = await setUp(t);
  const { server, activities } = context;
  list(await server.next(), [], 9);
  const watch = await server.next();
  startWatch(watch);
  const details = { retryAfterSeconds: 7 };
  watch.response.end(frame("ERROR", { kind: "Status", code: 503, message: "busy", details }));
  assert.equal(await passDelay(context), 7000);
  assert.ok(activities.includes("failed"));
});

test("stopping ends a waiting watch, and the promise of the first list when there was none", async (t) => {
  const { server, reflector, stop, running } = await setUp(t);
  await server.next();
  stop.abort(new Error("going down"));
  await running;
  await assert.rejects(reflector.synced, { message: "going down" });
});

const initialEventsEnd = (resourceVersion: number): string => {
  const annotations = { "k8s.io/initial-events-end": "true" };
  return frame("BOOKMARK", { metadata: { resourceVersion: String(resourceVersion), annotations } });
};

test("a streamed list is complete at its bookmark and goes on as a watch", async (t) => {
  const { server, store, reflector, changes } = await setUp(t, { streamList: true });
  const watch = await server.next();
  assert.equal(watch.query.get("sendInitialEvents"), "true");
  assert.equal(watch.query.get("resourceVersionMatch"), "NotOlderThan");
  assert.equal(watch.query.get("resourceVersion"), null);
  startWatch(watch);
  watch.response.write(frame("ADDED", thing("a", 30)) + frame("ADDED", thing("b", 4)));
  await until(() => store.size === 2);
  assert.equal(reflector.hasSynced, false);
  assert.equal(store.resourceVersion, "");
  watch.response.write(initialEventsEnd(35) + frame("DELETED", thing("b", 36)));
  await reflector.synced;
  await until(() => store.resourceVersion === "36");
  watch.response.destroy();
  assert.deepEqual(changes, ["added a 30", "added b 4", "removed b 4"]);
});

test("a streamed list that breaks off is begun again; what the next does not name is removed at its end", async (t) => {
  const context = await setUp(t, { streamList: true });
  const { server, changes, reflector } = context;
  const broken = await server.next();
  startWatch(broken);
  broken.response.write(frame("ADDED", thing("a", 3)));
  await until(() => changes.length === 1);
  broken.response.destroy();
  await passDelay(context);
  const watch = await server.next();
  assert.equal(watch.query.get("sendInitialEvents"), "true");
  startWatch(watch);
  watch.response.write(frame("ADDED", thing("b", 12)) + initialEventsEnd(15));
  await reflector.synced;
  assert.deepEqual(changes, ["added a 3", "added b 12", "removed a 3"]);
});

test("a streamed list older than what is known is asked for again in pages", async (t) => {
  const context = await setUp(t, { streamList: true });
  const { server, store } = context;
  const first = await server.next();
  startWatch(first);
  first.response.write(frame("ADDED", thing("a", 90)) + initialEventsEnd(100));
  await until(() => store.resourceVersion === "100");
  first.response.end(frame("ERROR", { kind: "Status", code: 410 }));
  const second = await server.next();
  startWatch(second);
  second.response.write(frame("ADDED", thing("a", 20)) + initialEventsEnd(30));
  await passDelay({ ...context, passed: 1 });
  list(await server.next(), [thing("a", 20)], 30);
  assert.equal((await server.next()).query.get("resourceVersion"), "30");
  assert.equal(store.get("a")?.metadata.resourceVersion, "20");
});

for (const status of [400, 422]) {
  test(`a server that answers ${status} to a streamed list is asked for pages, now and later`, async (t) => {
    const { server, clock, reflector } = await setUp(t, { streamList: true });
    refuse(await server.next(), status, "Invalid");
    list(await server.next(), [], 9);
    await reflector.synced;
    refuse(await server.next(), 410, "Expired");
    list(await server.next(), [], 10);
    assert.equal((await server.next()).query.get("resourceVersion"), "10");
    assert.ok(
      clock.delays.every((delay) => delay > 30_000),
      "no pause but the watchdog's",
    );
  });
}
