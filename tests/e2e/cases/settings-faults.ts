import assert from "node:assert/strict";
import type { Answer } from "../control-plane/api-client.ts";
import { condition, containerNames, podsIn } from "./cluster-objects.ts";
import { type Case, type Environment, read, until } from "./environment.ts";
import { agent, Fixture } from "./fixture.ts";
import { configure, injectionPolicy } from "./injection-policy.ts";

/** Waits until a policy server's Pod has been started again, or until none has. */
async function untilCrashing(environment: Environment, isCrashing: boolean): Promise<void> {
  await until(
    `policy-server ${isCrashing ? "crashes" : "crashes no more"}`,
    () => read(environment, podsIn("kubewarden")),
    ({ items }) =>
      isCrashing ===
      items.some(({ status }: Answer["body"]) =>
        status.containerStatuses?.some((each: Answer["body"]) => !each.ready && each.restartCount > 0),
      ),
    120,
  );
}

/** Somebody edits the policy. Nothing asks the policy before Kubewarden rolls its settings out. */
export const settingsFaults: Case = {
  name: "settings put past the controller with which policy-server does not start: the old one serves on, and the set says why",
  needs: "policy-servers",
  async run(environment) {
    await using faulty = await Fixture.make(environment, "faulty");
    await faulty.createSet(agent);
    const isInjected = async (): Promise<void> =>
      assert.deepEqual(containerNames(await faulty.wouldBe("one")), ["agent", "app"]);
    try {
      await configure(environment, { podOptOut: "yes" });
      await untilCrashing(environment, true);
      await isInjected();
      const told = await until(
        "the set says what is wrong",
        () => faulty.set(),
        (set) => {
          const ready = condition(set, "InjectionReady");
          return ready.status === "False" && ready;
        },
      );
      assert.equal(told.reason, "SettingsRejected");
      assert.match(told.message, /podOptOut: expected true or false, got "yes"/);
    } finally {
      await configure(environment, { podOptOut: null });
    }
    await faulty.injectionReady();
    await isInjected();

    await configure(environment, { sidecarSets: [{ metadata: {} }] });
    await until(
      "the controller writes its SidecarSets again",
      () => read(environment, injectionPolicy),
      ({ spec }) => spec.settings.sidecarSets[0].metadata.name === faulty.name,
    );
    await faulty.injectionReady();
    await isInjected();
    await untilCrashing(environment, false);
    const crashes = environment.takeCrashes?.() ?? [];
    const refusal =
      /Policy settings are invalid: (podOptOut: expected true or false, got "yes"|sidecarSets\[0\])/;
    for (const crash of crashes) assert.match(crash, refusal);
    assert.match(crashes[0] ?? "no crash", /podOptOut/);
  },
};
