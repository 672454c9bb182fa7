import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { condition, container, containerStatus } from "./cluster-objects.ts";
import { type Case, kubectlOk } from "./environment.ts";
import { Fixture } from "./fixture.ts";

const [hashKey, imagelessKey] = ["kruise.io/sidecarset-hash", "kruise.io/sidecarset-hash-without-image"];

/** A manifest as the first versions of OpenKruise had it: `paused` and `strategy` lie in the spec itself. */
function firstManifest(name: string, image: string, paused: boolean): Record<string, unknown> {
  return {
    apiVersion: "apps.kruise.io/v1alpha1",
    kind: "SidecarSet",
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      paused,
      strategy: { rollingUpdate: { maxUnavailable: 1 } },
      containers: [container("agent", image)],
      volumes: [{ name: "log", emptyDir: {} }],
    },
  };
}

// The container of that manifest with its defaults, as OpenKruise writes it before it hashes: the fields that a container
// of Kubernetes has, and those that SidecarSets added in 0.8.
const ofKubernetes = (image: string): string =>
  `{"name":"agent",${image}"resources":{},"terminationMessagePath":"/dev/termination-log",` +
  '"terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"';
const ofSidecarSets =
  ',"podInjectPolicy":"BeforeAppContainer","upgradeStrategy":{"upgradeType":"ColdUpgrade"},"shareVolumePolicy":{"type":"disabled"}';

/** OpenKruise's hash, computed here by its description and not by the policy that is tested. */
function hashOf(image: "agent:1" | undefined, added: string): string {
  const imageField = image === undefined ? "" : `"image":"${image}",`;
  const text = `{"containers":[${ofKubernetes(imageField)}${added}}]}`;
  const alphabet = "bcdfghjklmnpqrstvwxz2456789";
  return createHash("sha256")
    .update(text)
    .digest("hex")
    .replace(/./g, (digit) => alphabet.charAt(digit.charCodeAt(0) % alphabet.length));
}

type Records = Readonly<Record<string, string>>;

const today = { hash: hashOf("agent:1", ofSidecarSets), imageless: hashOf(undefined, ofSidecarSets) };

function plainRecords(set: string, hash: string, imageless: string): Records {
  return { [hashKey]: JSON.stringify({ [set]: hash }), [imagelessKey]: JSON.stringify({ [set]: imageless }) };
}

function fullRecord(set: string, hash: string): string {
  const record = {
    updateTimestamp: "2024-05-06T07:08:09Z",
    hash,
    sidecarSetName: set,
    sidecarList: ["agent"],
    controllerRevision: `${set}-5f6d95f777`,
  };
  return JSON.stringify({ [set]: record });
}

/** What Pods carry, by their names. */
const injected: Readonly<Record<string, (set: string) => Records>> = {
  "plain-records": (set) => ({
    ...plainRecords(set, today.hash, today.imageless),
    "kruise.io/sidecarset-injected-list": set,
  }),
  "full-records": (set) => ({
    [hashKey]: fullRecord(set, today.hash),
    [imagelessKey]: fullRecord(set, today.imageless),
    "kruise.io/sidecarset-injected-list": set,
  }),
};

/** OpenKruise before 0.8 did not list what it had injected; its successors leave these Pods alone, and so do we. */
const unlisted = (set: string): Records => plainRecords(set, hashOf("agent:1", ""), hashOf(undefined, ""));

/** Comes from OpenKruise with everything running. */
export const migration: Case = {
  name: "Pods that OpenKruise injected count and are upgraded in place, those from before 0.8 stay; first manifests mean what they said",
  async run(environment) {
    await using migrated = await Fixture.make(environment, "migrated");
    const { name } = migrated;
    const dryRun = ["create", "--dry-run=server", "-o", "json", "-f", "-"];
    const asToday = JSON.parse(await kubectlOk(environment, dryRun, firstManifest(name, "agent:1", false)));
    const { [hashKey]: hash, [imagelessKey]: imageless } = asToday.metadata.annotations;
    assert.deepEqual({ hash, imageless }, today);

    const createInjected = (of: string, records: Records): Promise<unknown> => {
      const sidecar = container("agent", "agent:1", { env: [{ name: "IS_INJECTED", value: "true" }] });
      const spec = { containers: [sidecar, container("app", "nginx:1.15.1")] };
      return migrated.createPod(of, { annotations: records, spec });
    };
    for (const [each, records] of Object.entries(injected)) await createInjected(each, records(name));
    await createInjected("unlisted", unlisted(name));
    const names = Object.keys(injected);
    const before = await migrated.podsReady([...names, "unlisted"]);

    const apply = (image: string, paused: boolean): Promise<string> =>
      kubectlOk(environment, ["apply", "-f", "-"], firstManifest(name, image, paused));
    const count = names.length;
    await apply("agent:1", true);
    await migrated.injectionReady();
    await migrated.statusBecomes({ matchedPods: count, updatedPods: count, readyPods: count });
    await apply("agent:2", true);
    const paused = await migrated.statusBecomes({ matchedPods: count, updatedPods: 0 });
    assert.equal(condition(paused, "Ready").reason, "RolloutPaused");
    await apply("agent:2", false);
    await migrated.statusBecomes({ updatedPods: count, updatedReadyPods: count });
    for (const [index, each] of names.entries()) {
      const now = await migrated.pod(each);
      assert.equal(now.metadata.uid, before[index].metadata.uid);
      assert.match(containerStatus(now, "agent").image, /agent:2$/);
      assert.equal(
        containerStatus(now, "app").containerID,
        containerStatus(before[index], "app").containerID,
      );
    }
    const untouched = await migrated.pod("unlisted");
    assert.deepEqual(untouched.spec, before[count].spec);
    assert.deepEqual(untouched.metadata.annotations, before[count].metadata.annotations);
    assert.equal((await migrated.set()).spec.strategy.rollingUpdate.maxUnavailable, 1);
  },
};
