import assert from "node:assert/strict";
import { container, sidecarSet, sidecarSets } from "./cluster-objects.ts";
import { type Case, create, type Environment, kubectl } from "./environment.ts";

interface Refusal {
  readonly because: string;
  readonly manifest: unknown;
  /** All have to be in what kubectl prints. */
  readonly says: readonly RegExp[];
}

const agent = container("agent", "agent:1");

const bySchema: readonly Refusal[] = [
  {
    because: "there is no container",
    manifest: sidecarSet("refused", {}),
    says: [/spec.*at least one container/],
  },
  {
    because: "the selector is empty",
    manifest: sidecarSet("refused", { selector: {}, containers: [agent] }),
    says: [/spec\.selector: .*at least one label or expression/],
  },
  {
    because: "the selector is absent",
    manifest: sidecarSet("refused", { selector: undefined, containers: [agent] }),
    says: [/spec\.selector: (Required value|expected at least one label)/],
  },
  {
    because: "the strategy is not one",
    manifest: sidecarSet("refused", { containers: [agent], updateStrategy: { type: "Replace" } }),
    says: [/spec\.updateStrategy\.type: Unsupported value: "Replace"/, /"RollingUpdate", "NotUpdate"/],
  },
  {
    because: "maxUnavailable is neither a number nor a percentage",
    manifest: sidecarSet("refused", { containers: [agent], updateStrategy: { maxUnavailable: "some" } }),
    says: [/spec\.updateStrategy\.maxUnavailable/],
  },
  {
    because: "a field is misspelt",
    manifest: sidecarSet("refused", { containers: [{ ...agent, imagePulPolicy: "Always" }] }),
    says: [/unknown field "spec\.containers\[0\]\.imagePulPolicy"/],
  },
  {
    because: "two containers have one name",
    manifest: sidecarSet("refused", { containers: [agent, agent] }),
    says: [/spec\.containers\[1\](: Duplicate value|\.name: .*no other container)/],
  },
];

const byPolicy: readonly Refusal[] = [
  {
    because: "a volume that is mounted is not there",
    manifest: sidecarSet("refused", {
      containers: [{ ...agent, volumeMounts: [{ name: "nowhere", mountPath: "/x" }] }],
    }),
    says: [/denied the request/, /spec\.containers\[0\]\.volumeMounts/],
  },
  {
    because: "a container has no image",
    manifest: sidecarSet("refused", { containers: [{ name: "agent" }] }),
    says: [/denied the request/, /spec\.containers\[0\]\.image/],
  },
  {
    because: "two things are wrong, and both are told",
    manifest: sidecarSet("refused", {
      selector: { matchLabels: { "not a label!": "x" } },
      containers: [{ name: "agent" }],
    }),
    says: [/denied the request/, /spec\.selector/, /spec\.containers\[0\]\.image/],
  },
];

async function isRefused(environment: Environment, { because, manifest, says }: Refusal): Promise<void> {
  const { code, stdout, stderr } = await kubectl(environment, ["apply", "-f", "-"], manifest);
  assert.equal(code, 1, `${because}: expected a refusal, got\n${stdout}${stderr}`);
  for (const expression of says) assert.match(stderr, expression, because);
  assert.equal((await environment.admin.get(`${sidecarSets}/refused`)).status, 404, because);
}

/** What the resource's schema refuses too; some of it reaches the policy first, as mutating admission comes before. */
export const schemaErrors: Case = {
  name: `kubectl shows what the schema refuses: ${bySchema.length} manifests`,
  async run(environment) {
    for (const refusal of bySchema) await isRefused(environment, refusal);
  },
};

/** What only the policy can tell. */
export const policyErrors: Case = {
  name: `kubectl shows what the policy refuses: ${byPolicy.length} manifests`,
  async run(environment) {
    for (const refusal of byPolicy) await isRefused(environment, refusal);
  },
};

/** Only who knows the others can tell. The policy reads them through its host, and warns where it cannot. */
export const conflict: Case = {
  name: "kubectl shows with which other SidecarSet a new one conflicts, and labels that both select",
  async run(environment) {
    await create(environment, sidecarSets, sidecarSet("first", { containers: [agent] }));
    const selector = { matchExpressions: [{ key: "app", operator: "In", values: ["first", "second"] }] };
    await isRefused(environment, {
      because: "a container of this name is another set's",
      manifest: sidecarSet("refused", { selector, containers: [agent] }),
      says: [/denied the request/, /spec\.containers\[0\]\.name: .*SidecarSet "first".*app=first/],
    });
    const elsewhere = sidecarSet("second", { containers: [agent] });
    const taken = await kubectl(environment, ["apply", "-f", "-"], elsewhere);
    assert.equal(taken.code, 0, taken.stderr);
    assert.equal(taken.stderr, "", "no warning that conflicts were not looked for");
  },
};
