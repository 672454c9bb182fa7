import assert from "node:assert/strict";
import type { Answer } from "../control-plane/api-client.ts";
import { condition, container, containerNames, podsIn, sidecarSet, sidecarSets } from "./cluster-objects.ts";
import { type Case, create, read, until } from "./environment.ts";
import { agent, Fixture } from "./fixture.ts";

const revisions = "/apis/apps/v1/namespaces/sidecarset-system/controllerrevisions";

/** What a set was, and new Pods that get it. */
export const history: Case = {
  name: "every state of a set is a ControllerRevision; a pinned one is what new Pods get, until it is unpinned",
  async run(environment) {
    await using remembered = await Fixture.make(environment, "remembered");
    const { name } = remembered;
    const containers = (image: string) => ({ containers: [container("agent", image)] });
    const edit = async (spec: object): Promise<Answer["body"]> => {
      await remembered.edit(spec);
      return await remembered.injectionReady();
    };
    const updateStrategy = { type: "NotUpdate" };
    const made = await remembered.createSet({
      ...containers("agent:1"),
      updateStrategy,
      customVersion: "first",
    });
    const first = made.status.latestRevision;
    const second = (await edit({ ...containers("agent:2"), customVersion: "second" })).status.latestRevision;
    assert.notEqual(second, first);
    const ofSet = () => read(environment, `${revisions}?labelSelector=kruise.io/sidecarset-name%3D${name}`);
    const listed: Answer["body"][] = await until(
      "two revisions",
      ofSet,
      ({ items }) => items.length === 2 && items,
    );
    const numbers = new Map(listed.map(({ metadata, revision }) => [metadata.name, revision]));
    assert.deepEqual([numbers.get(first), numbers.get(second)], [1, 2]);

    const imageOfNew = async (each: string): Promise<string> => {
      const [pod] = await remembered.createPods([each]);
      return pod.spec.containers.find((one: { name: string }) => one.name === "agent").image;
    };
    assert.equal(await imageOfNew("current"), "agent:2");
    await edit({ injectionStrategy: { revision: { revisionName: first } } });
    assert.equal(await imageOfNew("by-name"), "agent:1");
    await edit({ injectionStrategy: { revision: { revisionName: null, customVersion: "first" } } });
    assert.equal(await imageOfNew("by-version"), "agent:1");
    await remembered.statusBecomes({ matchedPods: 3, updatedPods: 1 });
    await edit({ injectionStrategy: { revision: null } });
    assert.equal(await imageOfNew("unpinned"), "agent:2");

    await edit(containers("agent:1"));
    await until(
      "going back gives the first revision a new number",
      ofSet,
      ({ items }) => items.find(({ metadata }: Answer["body"]) => metadata.name === first)?.revision === 3,
    );
    await environment.admin.delete(podsIn(name));
    await remembered.statusBecomes({ matchedPods: 0 });
    await edit({ ...containers("agent:3"), revisionHistoryLimit: 1 });
    await until("those beyond the limit go when no Pod records them any more", ofSet, ({ items }) =>
      items.every(({ metadata }: Answer["body"]) => metadata.name !== second),
    );

    await environment.admin.delete(`${sidecarSets}/${name}`);
    await until("revisions go with their set", ofSet, ({ items }) => items.length === 0);
  },
};

/** A set cannot have what is not there; others are not concerned. */
export const missingRevision: Case = {
  name: "a set that pins a revision that does not exist is left out and says so; Pods and other sets go on",
  async run(environment) {
    await using pinned = await Fixture.make(environment, "pinned");
    const injectionStrategy = { revision: { revisionName: "nowhere" } };
    await create(environment, sidecarSets, sidecarSet("pinned", { ...agent, injectionStrategy }));
    await using other = await Fixture.make(environment, "unpinned");
    await other.createSet({
      selector: { matchLabels: { app: "pinned" } },
      containers: [container("other", "other:1")],
    });
    const seen = await until(
      "the set says that its revision is missing",
      () => pinned.set(),
      (set) => {
        const ready = condition(set, "InjectionReady");
        return ready?.status === "False" && ready.message.includes("nowhere") && ready;
      },
    );
    assert.notEqual(seen.reason, "SettingsPending");
    const [made] = await pinned.createPods(["one"]);
    assert.deepEqual(containerNames(made), ["other", "app"]);
  },
};
