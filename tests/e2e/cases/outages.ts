import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { containerNames, pod } from "./cluster-objects.ts";
import { type Case, kubectl, until } from "./environment.ts";
import { agent, Fixture } from "./fixture.ts";
import { injectionPolicy } from "./injection-policy.ts";

const webhook =
  "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/clusterwide-sidecarset-injection";

/** Nobody answers for the policies. */
export const policyOutage: Case = {
  name: "while no policy server answers, Pods and SidecarSets are refused, and kubectl says by whom",
  needs: "outage",
  async run(environment) {
    await using outage = await Fixture.make(environment, "outage");
    const { name } = outage;
    await outage.createSet(agent);
    const restore = await environment.interruptPolicies?.();
    try {
      const refused = await kubectl(
        environment,
        ["-n", name, "apply", "-f", "-"],
        pod("first", { app: name }),
      );
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /failed calling webhook "clusterwide-sidecarset-injection/);
      const set = await kubectl(environment, ["annotate", "sidecarset", name, "a=b"]);
      assert.match(set.stderr, /failed calling webhook "clusterwide-sidecarset-admission/);
    } finally {
      await restore?.();
    }
    const [made] = await outage.createPods(["first"]);
    assert.deepEqual(containerNames(made), ["agent", "app"]);
  },
};

/** Nobody answers, and it was said before that this must not keep Pods from starting. */
export const policyOutageIgnored: Case = {
  name: "with failurePolicy Ignore Pods start without sidecars while no policy server answers",
  needs: "outage",
  async run(environment) {
    await using ignored = await Fixture.make(environment, "ignored");
    await ignored.createSet(agent);
    const failurePolicy = async (value: "Fail" | "Ignore"): Promise<void> => {
      const answer = await environment.admin.patch(injectionPolicy, "merge", {
        spec: { failurePolicy: value },
      });
      assert.equal(answer.status, 200);
      // The sandbox goes by the policy itself and has no such object.
      await until(
        `the webhook has failurePolicy ${value}`,
        () => environment.admin.get(webhook),
        ({ status, body }) => status === 404 || body.webhooks[0].failurePolicy === value,
      );
      // The API server reads its own configurations a moment later.
      await sleep(1_000);
    };
    await failurePolicy("Ignore");
    const restore = await environment.interruptPolicies?.();
    try {
      const [during] = await ignored.createPods(["during"]);
      assert.deepEqual(containerNames(during), ["app"]);
    } finally {
      await restore?.();
      await failurePolicy("Fail");
    }
    const [after] = await ignored.createPods(["after"]);
    assert.deepEqual(containerNames(after), ["agent", "app"]);
    await ignored.statusBecomes({ matchedPods: 1 });
  },
};
