import assert from "node:assert/strict";
import { containerNames, pod } from "./cluster-objects.ts";
import { type Case, kubectl, until } from "./environment.ts";
import { agent, Fixture, type PodDifferences } from "./fixture.ts";
import { configure } from "./injection-policy.ts";

const inject = "sidecarset-kubewarden/inject";

function dryRun(fixture: Fixture): readonly string[] {
  return ["-n", fixture.name, "create", "--dry-run=server", "-f", "-"];
}

/** Who may stay without a sidecar is a matter of the policy's settings; they take effect as Kubewarden rolls them out. */
export const exemption: Case = {
  name: "podOptOut and excludedNamespaces of the settings exempt Pods, explain tells everybody why, and all of it can be taken back",
  async run(environment) {
    await using exempt = await Fixture.make(environment, "exempt");
    await exempt.createSet(agent);
    const refusing = { labels: { [inject]: "false" } };
    const becomes = (what: string, differences: PodDifferences, wanted: string): Promise<unknown> =>
      until(
        what,
        // A policy-server that is killed takes the requests with it that it has: no containers then, but the error.
        () => exempt.wouldBe("one", differences).then((made) => containerNames(made).join(), String),
        (containers) => containers === wanted,
        120,
      );
    assert.deepEqual(containerNames(await exempt.wouldBe("one", refusing)), ["agent", "app"]);
    try {
      await configure(environment, { podOptOut: true });
      await becomes("a Pod can opt out", refusing, "app");
      await becomes("others are injected", {}, "agent,app");
      await configure(environment, { podOptOut: null, excludedNamespaces: [exempt.name] });
      await becomes("a namespace is exempt", {}, "app");
      await configure(environment, { excludedNamespaces: null, explain: true });
      await until(
        "every Pod is told why",
        () => kubectl(environment, dryRun(exempt), pod("one", { app: exempt.name })),
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
      const { code, stderr } = await kubectl(environment, dryRun(web), asking);
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
