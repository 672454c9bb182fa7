import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { container, injectionReady, sidecarSet, sidecarSets } from "./cluster-objects.ts";
import { type Case, kubectl, kubectlOk, read } from "./environment.ts";
import { agent, Fixture } from "./fixture.ts";
import { injectionPolicy } from "./injection-policy.ts";

/** Users who own parts of a SidecarSet by server-side apply are not disturbed by our defaults and our status. */
export const serverSideApply: Case = {
  name: "server-side apply by users: repeated without conflicts, fields of two owners, conflict as kubectl shows it",
  async run(environment) {
    const name = "applied";
    const manifest = sidecarSet(name, agent);
    const apply = (owner: string, object: unknown, ...more: string[]): ReturnType<typeof kubectl> =>
      kubectl(
        environment,
        ["apply", "--server-side", `--field-manager=${owner}`, "-f", "-", ...more],
        object,
      );
    assert.equal((await apply("team-a", manifest)).code, 0);
    await injectionReady(environment, name);
    const again = await apply("team-a", manifest);
    assert.equal(again.code, 0, again.stderr);
    const { generation } = (await read(environment, `${sidecarSets}/${name}`)).metadata;
    assert.equal(generation, 1, "the same manifest again must not make a new generation");

    const strategy = { ...manifest, spec: { updateStrategy: { type: "RollingUpdate", maxUnavailable: 3 } } };
    const second = await apply("team-b", strategy);
    assert.equal(second.code, 0, second.stderr);
    const rival = await apply("team-b", sidecarSet(name, { containers: [container("agent", "agent:2")] }));
    assert.equal(rival.code, 1);
    assert.match(rival.stderr, /conflict with "team-a".*: \.spec\.containers/);
    const set = await read(environment, `${sidecarSets}/${name}`);
    assert.equal(set.spec.updateStrategy.maxUnavailable, 3);
    assert.equal(set.spec.containers[0].image, "agent:1");
  },
};

/** Status belongs to the subresource. */
export const statusSubresource: Case = {
  name: "status is written through /status only: no new generation, no settings, users cannot write it by the way",
  async run(environment) {
    await using observed = await Fixture.make(environment, "observed");
    const { name } = observed;
    await observed.createSet(agent);
    const policyBefore = (await read(environment, injectionPolicy)).metadata.generation;
    await observed.createPods(["first"]);
    await observed.statusBecomes({ matchedPods: 1, readyPods: 1 });
    const forged = { status: { matchedPods: 99 }, metadata: { labels: { touched: "yes" } } };
    assert.equal((await environment.admin.patch(`${sidecarSets}/${name}`, "merge", forged)).status, 200);
    await sleep(500);
    const set = await observed.set();
    assert.equal(set.status.matchedPods, 1);
    assert.equal(set.metadata.generation, 1);
    assert.equal(
      (await read(environment, injectionPolicy)).metadata.generation,
      policyBefore,
      "a status changed the settings",
    );
    await kubectlOk(environment, ["get", "sidecarset", name]);
  },
};
