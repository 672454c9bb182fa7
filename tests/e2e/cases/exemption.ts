import assert from "node:assert/strict";
import { containerNames, pod, podsIn } from "./cluster-objects.ts";
import { type Case, type Environment, kubectl, until } from "./environment.ts";
import { agent, Fixture } from "./fixture.ts";

const policy = "/apis/policies.kubewarden.io/v1/clusteradmissionpolicies/sidecarset-injection";
const inject = "sidecarset-kubewarden/inject";

/** Changes settings that the controller leaves to users. */
async function configure(environment: Environment, settings: object): Promise<void> {
  const answer = await environment.admin.patch(policy, "merge", { spec: { settings } });
  assert.equal(answer.status, 200, answer.body.message);
}

/** Who may stay without a sidecar is a matter of the policy's settings; they take effect as Kubewarden rolls them out. */
export const exemption: Case = {
  name: "podOptOut and excludedNamespaces of the settings exempt Pods, explain tells everybody why, and all of it can be taken back",
  async run(environment) {
    await using exempt = await Fixture.make(environment, "exempt");
    await exempt.createSet(agent);
    const refusing = pod("refusing", { app: exempt.name, [inject]: "false" });
    const containersOf = async (made: unknown): Promise<string> => {
      const answer = await environment.admin.post(`${podsIn(exempt.name)}?dryRun=All`, made);
      assert.equal(answer.status, 201, answer.body.message);
      return containerNames(answer.body).join();
    };
    const becomes = (what: string, made: unknown, wanted: string): Promise<unknown> =>
      until(
        what,
        () => containersOf(made),
        (containers) => containers === wanted,
        120,
      );
    const plain = pod("plain", { app: exempt.name });
    assert.equal(await containersOf(refusing), "agent,app", "nobody allowed that");
    try {
      await configure(environment, { podOptOut: true });
      await becomes("a Pod can opt out", refusing, "app");
      assert.equal(await containersOf(plain), "agent,app");
      await configure(environment, { podOptOut: null, excludedNamespaces: [exempt.name] });
      await becomes("a namespace is exempt", plain, "app");
      await configure(environment, { excludedNamespaces: null, explain: true });
      await until(
        "every Pod is told why",
        () => kubectl(environment, ["-n", exempt.name, "create", "--dry-run=server", "-f", "-"], plain),
        ({ stderr }) => /^Warning: sidecarset exempt: injected: containers agent$/m.test(stderr),
        120,
      );
    } finally {
      await configure(environment, { podOptOut: null, excludedNamespaces: null, explain: null });
    }
    await becomes("all of it is taken back", refusing, "agent,app");
    await exempt.injectionReady();
  },
};

/** What kubectl tells those who ask. */
export const explained: Case = {
  name: "a dry run that asks is told of every SidecarSet what it brings or which term kept it out",
  async run(environment) {
    await using web = await Fixture.make(environment, "explained");
    await web.createSet({ ...agent, selector: { matchLabels: { app: web.name, tier: "front" } } });
    const told = async (labels: Record<string, string>): Promise<string> => {
      const explain = { "sidecarset-kubewarden/explain": "true" };
      const asking = pod("asking", { app: web.name, ...labels }, {}, explain);
      const dryRun = ["-n", web.name, "create", "--dry-run=server", "-f", "-"];
      const { code, stderr } = await kubectl(environment, dryRun, asking);
      assert.equal(code, 0, stderr);
      return stderr;
    };
    assert.match(
      await told({ tier: "front" }),
      /^Warning: sidecarset explained: injected: containers agent$/m,
    );
    assert.match(
      await told({ tier: "back" }),
      /^Warning: sidecarset explained: not injected: spec\.selector\.matchLabels\[tier\]: expected "front", got "back"$/m,
    );
  },
};
