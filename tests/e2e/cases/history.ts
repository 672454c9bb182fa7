import assert from "node:assert/strict";
import type { Answer } from "../control-plane/api-client.ts";
import {
  container,
  createNamespace,
  injectionReady,
  pod,
  podsIn,
  podsReady,
  removeNamespace,
  sidecarSet,
  sidecarSets,
  statusBecomes,
} from "./cluster-objects.ts";
import { type Case, create, read, until } from "./environment.ts";

const revisions = "/apis/apps/v1/namespaces/sidecarset-system/controllerrevisions";

/** What a set was, and new Pods that get it. */
export const history: Case = {
  name: "every state of a set is a ControllerRevision; a pinned one is what new Pods get, until it is unpinned",
  async run(environment) {
    const [name, namespace] = ["remembered", "remembered"];
    await createNamespace(environment, namespace);
    const containers = (image: string) => ({ containers: [container("agent", image)] });
    const updateStrategy = { type: "NotUpdate" };
    const manifest = sidecarSet(name, { ...containers("agent:1"), updateStrategy, customVersion: "first" });
    await create(environment, sidecarSets, manifest);
    const first = (await injectionReady(environment, name)).status.latestRevision;
    const edit = async (spec: object): Promise<Answer["body"]> => {
      const answer = await environment.admin.patch(`${sidecarSets}/${name}`, "merge", { spec });
      assert.equal(answer.status, 200, answer.body.message);
      return await injectionReady(environment, name);
    };
    const second = (await edit({ ...containers("agent:2"), customVersion: "second" })).status.latestRevision;
    assert.notEqual(second, first);
    const listed: Answer["body"][] = await until(
      "two revisions",
      () => read(environment, `${revisions}?labelSelector=kruise.io/sidecarset-name%3D${name}`),
      ({ items }) => items.length === 2 && items,
    );
    const numbers = new Map(listed.map(({ metadata, revision }) => [metadata.name, revision]));
    assert.deepEqual([numbers.get(first), numbers.get(second)], [1, 2]);

    const imageOfNew = async (each: string): Promise<string> => {
      await create(environment, podsIn(namespace), pod(each, { app: name }));
      const [made] = await podsReady(environment, namespace, [each]);
      return made.spec.containers.find((one: { name: string }) => one.name === "agent").image;
    };
    assert.equal(await imageOfNew("current"), "agent:2");
    await edit({ injectionStrategy: { revision: { revisionName: first } } });
    assert.equal(await imageOfNew("by-name"), "agent:1");
    await edit({ injectionStrategy: { revision: { revisionName: null, customVersion: "first" } } });
    assert.equal(await imageOfNew("by-version"), "agent:1");
    await statusBecomes(environment, name, { matchedPods: 3, updatedPods: 1 });
    await edit({ injectionStrategy: { revision: null } });
    assert.equal(await imageOfNew("unpinned"), "agent:2");

    const ofSet = () => read(environment, `${revisions}?labelSelector=kruise.io/sidecarset-name%3D${name}`);
    await edit(containers("agent:1"));
    await until(
      "going back gives the first revision a new number",
      ofSet,
      ({ items }) => items.find(({ metadata }: Answer["body"]) => metadata.name === first)?.revision === 3,
    );
    await environment.admin.delete(podsIn(namespace));
    await edit({ ...containers("agent:3"), revisionHistoryLimit: 1 });
    await until("those beyond the limit go when no Pod records them any more", ofSet, ({ items }) =>
      items.every(({ metadata }: Answer["body"]) => metadata.name !== second),
    );

    await environment.admin.delete(`${sidecarSets}/${name}`);
    await until(
      "revisions go with their set",
      () => read(environment, `${revisions}?labelSelector=kruise.io/sidecarset-name%3D${name}`),
      ({ items }) => items.length === 0,
    );
    await removeNamespace(environment, namespace);
  },
};

/** A set cannot have what is not there; others are not concerned. */
export const missingRevision: Case = {
  name: "a set that pins a revision that does not exist is left out and says so; Pods and other sets go on",
  async run(environment) {
    const [name, other, namespace] = ["pinned", "unpinned", "pinned"];
    await createNamespace(environment, namespace);
    const containers = [container("agent", "agent:1")];
    const injectionStrategy = { revision: { revisionName: "nowhere" } };
    const selector = { matchLabels: { app: "both" } };
    await create(environment, sidecarSets, sidecarSet(name, { selector, containers, injectionStrategy }));
    await create(
      environment,
      sidecarSets,
      sidecarSet(other, { selector, containers: [container("other", "other:1")] }),
    );
    await injectionReady(environment, other);
    const seen = await until(
      "the set says that its revision is missing",
      () => read(environment, `${sidecarSets}/${name}`),
      (set) => {
        const ready = set.status?.conditions?.find((each: Answer["body"]) => each.type === "InjectionReady");
        return ready?.status === "False" && ready.message.includes("nowhere") && ready;
      },
    );
    assert.notEqual(seen.reason, "SettingsPending");
    await create(environment, podsIn(namespace), pod("one", { app: "both" }));
    const [made] = await podsReady(environment, namespace, ["one"]);
    assert.deepEqual(
      made.spec.containers.map((each: { name: string }) => each.name),
      ["other", "app"],
    );
    await removeNamespace(environment, namespace);
  },
};
