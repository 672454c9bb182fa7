import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import {
  PolicyError,
  PolicyModule,
  type HostCapabilities,
  type ValidationResponse,
} from "@kubewarden/as-sdk/host";
import type { RolloutReport } from "../../sandbox/admission/policy-servers.ts";
import { StatusError } from "../../sandbox/api/status-error.ts";
import {
  type JsonObject,
  copy,
  numberAt,
  objectAt,
  objectsAt,
  parseJson,
  shown,
  textAt,
} from "../../sandbox/json/value.ts";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import { call } from "./api-caller.ts";
import { configMap, pod, widget, widgetDefinition } from "./objects.ts";

/** The smallest module that compiles; the policies below answer in its place. */
const emptyModule = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));

type Judge = (request: JsonObject, settings: JsonObject, host: HostCapabilities) => ValidationResponse;

/** A policy that is a function. Settings are valid unless they say `{"broken": true}`. */
class ScriptedPolicy extends PolicyModule {
  private readonly judge: Judge;

  constructor(judge: Judge) {
    super(emptyModule);
    this.judge = judge;
  }

  override validate(
    request: unknown,
    settings: unknown,
    host: HostCapabilities = () => new Uint8Array(),
  ): ValidationResponse {
    return this.judge(asObject(request), asObject(settings), host);
  }

  override validateSettings(settings: unknown): { valid: boolean; message?: string } {
    return asObject(settings)["broken"] === true ? { valid: false, message: "broken" } : { valid: true };
  }
}

function asObject(value: unknown): JsonObject {
  return objectAt(parseJson(JSON.stringify(value)));
}

/** Adds a label with the settings' text to every object. */
const labels: Judge = ({ object }, { text }) => {
  const mutated = copy(objectAt(object));
  mutated["metadata"] = {
    ...objectAt(mutated, "metadata"),
    labels: { ...objectAt(mutated, "metadata", "labels"), policy: shown(text) },
  };
  return { accepted: true, mutated_object: mutated };
};

const modules: Readonly<Record<string, Judge>> = {
  labels,
  refuses: () => ({ accepted: false, message: "not today", code: 422 }),
  "refuses-silently": () => ({ accepted: false }),
  warns: () => ({ accepted: true, warnings: ["careful", 'with "quotes" and é and 中'] }),
  traps: () => {
    throw new PolicyError("trap", "validate", "unreachable");
  },
  asks: (_request, _settings, host) => {
    const question = { api_version: "v1", kind: "Namespace", name: "default", disable_cache: false };
    try {
      const answer = host("kubernetes", "get_resource", new TextEncoder().encode(JSON.stringify(question)));
      return { accepted: false, message: shown(parseJson(new TextDecoder().decode(answer))) };
    } catch (error) {
      return { accepted: false, message: String(error) };
    }
  },
  spoils: ({ object }) => {
    const mutated = { ...objectAt(object), spec: { size: 2, odd: true } };
    return { accepted: true, mutated_object: mutated };
  },
  echoes: (request) => ({ accepted: false, message: JSON.stringify(request) }),
};

function policy(name: string, module: string, spec: JsonObject = {}): JsonObject {
  const rules = [{ apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: ["CREATE"] }];
  return {
    apiVersion: "policies.kubewarden.io/v1",
    kind: "ClusterAdmissionPolicy",
    metadata: { name },
    spec: { module, mutating: true, rules, policyServer: "ps", ...spec },
  };
}

const server: JsonObject = {
  apiVersion: "policies.kubewarden.io/v1",
  kind: "PolicyServer",
  metadata: { name: "ps" },
  spec: { image: "policy-server", replicas: 2 },
};

async function start(options: { delayMs?: number; reports?: RolloutReport[] } = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({
    kubelet: false,
    policyServerDelayMs: options.delayMs ?? 0,
    onPolicyRollout: (report) => void options.reports?.push(report),
    policyModule: (name) => {
      const judge = modules[name];
      if (judge === undefined) throw new Error(`${name}: not found`);
      return new ScriptedPolicy(judge);
    },
  });
  sandbox.client.create(server);
  return sandbox;
}

const policyReference = (name: string) => ({
  apiVersion: "policies.kubewarden.io/v1",
  kind: "ClusterAdmissionPolicy",
  name,
});

describe("a policy", () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await start();
    sandbox.client.create(widgetDefinition());
  });
  after(() => sandbox.close());

  /** Creates an object under one policy, which is gone afterwards. */
  async function under(
    rules: JsonObject,
    object: JsonObject,
    path = "/api/v1/namespaces/default/configmaps",
  ) {
    sandbox.client.create(rules);
    try {
      return await call(sandbox.url, "POST", `${path}?dryRun=All`, object);
    } finally {
      sandbox.client.delete(policyReference("p"));
    }
  }

  const refusals: readonly [module: string, spec: JsonObject, code: number, message: RegExp][] = [
    [
      "refuses",
      {},
      422,
      /^admission webhook "clusterwide-p.kubewarden.admission" denied the request: not today$/,
    ],
    ["refuses-silently", {}, 400, /denied the request without explanation$/],
    ["refuses", { message: "see the handbook" }, 422, /denied the request: see the handbook$/],
    ["traps", {}, 500, /denied the request: internal server error: .*unreachable/],
    ["labels", { mutating: false }, 400, /configured to not allow mutations/],
    ["asks", {}, 400, /Policy has not been granted access to Kubernetes v1\/Namespace/],
    [
      "asks",
      { contextAwareResources: [{ apiVersion: "v1", kind: "Namespace" }] },
      400,
      /"kubernetes.io\/metadata.name":"default"/,
    ],
  ];
  for (const [module, spec, code, message] of refusals) {
    test(`that ${module} with ${JSON.stringify(spec)} is a ${code}`, async () => {
      const answer = await under(policy("p", module, spec), configMap("a"));
      assert.equal(answer.code, code);
      assert.match(textAt(answer.body, "message") ?? "", message);
    });
  }

  test("mutates by a patch", async () => {
    const { body } = await under(
      policy("p", "labels", { settings: { text: "seen" } }),
      configMap("a", { own: "x" }),
    );
    assert.deepEqual(objectAt(body, "metadata", "labels"), { own: "x", policy: "seen" });
  });

  test("cannot bring in unknown fields nor take defaults away", async () => {
    const rules = [{ apiGroups: ["*"], apiVersions: ["*"], resources: ["widgets"], operations: ["*"] }];
    const path = "/apis/example.test/v1/namespaces/default/widgets";
    const { body } = await under(policy("p", "spoils", { rules }), widget("a", { size: 1 }), path);
    assert.deepEqual(body["spec"], { size: 2, colour: "red" });
  });

  test("in monitor mode neither refuses nor mutates", async () => {
    for (const module of ["refuses", "labels"]) {
      const { code, body } = await under(policy("p", module, { mode: "monitor" }), configMap("a"));
      assert.deepEqual([code, objectAt(body, "metadata", "labels")], [201, {}]);
    }
  });

  test("warns in headers, in Latin-1", async () => {
    const { headers } = await under(policy("p", "warns"), configMap("a"));
    assert.equal(headers.get("warning"), '299 - "careful", 299 - "with \\"quotes\\" and é and ?"');
  });

  test("sees the request as policy-server passes it on", async () => {
    const { body } = await under(policy("p", "echoes"), configMap("a"));
    const message = textAt(body, "message") ?? "";
    const request = objectAt(parseJson(message.slice(message.indexOf("{"))));
    const { operation, kind, resource, namespace, name, dryRun, subResource, oldObject } = request;
    assert.deepEqual(
      { operation, kind, resource, namespace, name, dryRun, subResource, oldObject },
      {
        operation: "CREATE",
        kind: { group: "", version: "v1", kind: "ConfigMap" },
        resource: { group: "", version: "v1", resource: "configmaps" },
        namespace: "default",
        name: "a",
        dryRun: true,
        subResource: undefined,
        oldObject: undefined,
      },
    );
    const [entry] = objectsAt(request, "object", "metadata", "managedFields");
    assert.match(textAt(entry, "time") ?? "", /^\d{4}-/, "the time of the write is there before mutation");
  });

  const expression = (operator: string, values: string[]): JsonObject => ({
    matchExpressions: [{ key: "kubernetes.io/metadata.name", operator, values }],
  });
  const pods = [{ apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], operations: ["CREATE"] }];
  const anything = [{ apiGroups: ["*"], apiVersions: ["*"], resources: ["*"], operations: ["*"] }];
  const matches: readonly [
    name: string,
    spec: JsonObject,
    path: string,
    object: JsonObject,
    seen: boolean,
  ][] = [
    ["its resources", {}, "/api/v1/namespaces/default/configmaps", configMap("a"), true],
    ["no other resources", { rules: pods }, "/api/v1/namespaces/default/configmaps", configMap("a"), false],
    [
      "no other operations",
      { rules: [{ ...pods[0], operations: ["UPDATE"] }] },
      "/api/v1/namespaces/default/pods",
      pod("a"),
      false,
    ],
    ["wildcards", { rules: anything }, "/api/v1/namespaces/default/pods", pod("a"), true],
    [
      "any version of a resource",
      {
        rules: [
          {
            apiGroups: ["example.test"],
            apiVersions: ["v1beta1"],
            resources: ["widgets"],
            operations: ["CREATE"],
          },
        ],
      },
      "/apis/example.test/v1/namespaces/default/widgets",
      widget("a", { size: 1 }),
      true,
    ],
    [
      "chosen namespaces",
      { namespaceSelector: expression("In", ["default"]) },
      "/api/v1/namespaces/default/configmaps",
      configMap("a"),
      true,
    ],
    [
      "no excluded namespaces",
      { namespaceSelector: expression("NotIn", ["default"]) },
      "/api/v1/namespaces/default/configmaps",
      configMap("a"),
      false,
    ],
    [
      "all namespaces despite matchLabels, which Kubewarden drops",
      { namespaceSelector: { matchLabels: { no: "where" } } },
      "/api/v1/namespaces/default/configmaps",
      configMap("a"),
      true,
    ],
    [
      "nothing in Kubewarden's namespace",
      {},
      "/api/v1/namespaces/kubewarden/configmaps",
      configMap("a"),
      false,
    ],
    [
      "chosen objects",
      { objectSelector: { matchLabels: { a: "b" } } },
      "/api/v1/namespaces/default/configmaps",
      configMap("a", { a: "b" }),
      true,
    ],
    [
      "no other objects",
      { objectSelector: { matchLabels: { a: "b" } } },
      "/api/v1/namespaces/default/configmaps",
      configMap("a"),
      false,
    ],
    [
      "nothing of another server's policies",
      { policyServer: "other" },
      "/api/v1/namespaces/default/configmaps",
      configMap("a"),
      false,
    ],
  ];
  for (const [name, spec, path, object, seen] of matches) {
    test(`sees ${name}`, async () => {
      const { code } = await under(policy("p", "refuses", spec), object, path);
      assert.equal(code, seen ? 422 : 201);
    });
  }
});

test("mutating policies come first, each in the order of their names", async () => {
  await using running = disposable(await start());
  const { client } = running.sandbox;
  client.create(policy("b", "labels", { settings: { text: "b" } }));
  client.create(policy("c", "labels", { settings: { text: "c" } }));
  client.create(
    policy("a", "refuses", { mutating: false, objectSelector: { matchLabels: { policy: "b" } } }),
  );
  assert.equal(client.create(configMap("x")).metadata.labels?.["policy"], "c");
});

test("new settings are in force after the rollout, and its objects say so", async () => {
  const reports: RolloutReport[] = [];
  await using running = disposable(await start({ delayMs: 80, reports }));
  const { client } = running.sandbox;
  const label = (name: string): string | undefined =>
    client.create(configMap(name)).metadata.labels?.["policy"];
  const deployment = () =>
    client.get({
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace: "kubewarden",
      name: "policy-server-ps",
    });
  const isRolledOut = (): boolean =>
    numberAt(deployment(), "status", "observedGeneration") === deployment().metadata.generation;
  const rolledOut = async (): Promise<void> => {
    for (let count = 0; count < 200 && !isRolledOut(); count += 1) await wait(10);
  };

  client.create(policy("p", "labels", { settings: { text: "one" } }));
  assert.equal(label("before"), undefined);
  await rolledOut();
  assert.equal(label("first"), "one");
  client.patch(policyReference("p"), "merge", { spec: { settings: { text: "two" } } });
  const map = client.get({
    apiVersion: "v1",
    kind: "ConfigMap",
    namespace: "kubewarden",
    name: "policy-server-ps",
  });
  const file = objectAt(parseJson(textAt(map, "data", "policies.yml") ?? ""));
  assert.deepEqual(objectAt(file, "clusterwide-p", "settings"), { text: "two" });
  assert.equal(
    deployment().metadata.annotations?.["kubewarden/config-version"],
    map.metadata.resourceVersion,
  );
  assert.equal(isRolledOut(), false);
  assert.equal(label("meanwhile"), "one", "the old server answers until the new one is up");
  await rolledOut();
  assert.equal(label("afterwards"), "two");
  assert.equal(textAt(client.get(policyReference("p")), "status", "policyStatus"), "active");
});

test("settings that a policy refuses never come into force", async () => {
  const reports: RolloutReport[] = [];
  await using running = disposable(await start({ reports }));
  const { client } = running.sandbox;
  client.create(policy("p", "labels", { settings: { text: "good" } }));
  client.patch(policyReference("p"), "merge", { spec: { settings: { broken: true } } });
  assert.match(reports.at(-1)?.problem ?? "", /p: policy settings are invalid: broken/);
  assert.equal(client.create(configMap("x")).metadata.labels?.["policy"], "good");
  client.patch(policyReference("p"), "merge", { spec: { settings: { broken: null, text: "better" } } });
  assert.equal(client.create(configMap("y")).metadata.labels?.["policy"], "better");
});

test("a change of labels does not restart the server", async () => {
  const reports: RolloutReport[] = [];
  await using running = disposable(await start({ reports }));
  running.sandbox.client.create(policy("p", "labels"));
  const count = reports.length;
  running.sandbox.client.patch(policyReference("p"), "merge", { metadata: { labels: { a: "b" } } });
  assert.equal(reports.length, count);
});

test("a stuck rollout shows in the Deployment", async () => {
  await using running = disposable(await start());
  const { client } = running.sandbox;
  client.create(policy("p", "labels", { settings: { broken: true } }));
  const reference = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    namespace: "kubewarden",
    name: "policy-server-ps",
  };
  const counts = (): (number | undefined)[] =>
    ["updatedReplicas", "availableReplicas", "unavailableReplicas"].map((name) =>
      numberAt(client.get(reference), "status", name),
    );
  assert.deepEqual(counts(), [1, 2, 1]);
  client.patch(policyReference("p"), "merge", { spec: { settings: null } });
  assert.deepEqual(counts(), [2, 2, undefined]);
});

test("while nobody answers for the policies, failurePolicy decides", async () => {
  await using running = disposable(await start());
  const { client, policyServers } = running.sandbox;
  client.create(policy("p", "labels", { settings: { text: "x" } }));
  const resume = policyServers.interrupt();
  assert.throws(
    () => client.create(configMap("failed")),
    (error: unknown) =>
      error instanceof StatusError &&
      error.code === 500 &&
      /failed calling webhook "clusterwide-p/.test(error.message),
  );
  client.patch(policyReference("p"), "merge", { spec: { failurePolicy: "Ignore" } });
  assert.equal(client.create(configMap("ignored")).metadata.labels?.["policy"], undefined);
  resume();
  assert.equal(client.create(configMap("resumed")).metadata.labels?.["policy"], "x");
});

test("rules count at once, without a rollout", async () => {
  await using running = disposable(await start({ delayMs: 0 }));
  const { client } = running.sandbox;
  client.create(policy("p", "refuses"));
  assert.throws(() => client.create(configMap("x")), StatusError);
  const rules = [{ apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], operations: ["CREATE"] }];
  client.patch(policyReference("p"), "merge", { spec: { rules } });
  client.create(configMap("x"));
});

test("what admission refuses in the process is a StatusError as well", async () => {
  await using running = disposable(await start());
  running.sandbox.client.create(policy("p", "refuses"));
  assert.throws(
    () => running.sandbox.client.create(configMap("x")),
    (error: unknown) => error instanceof StatusError && error.code === 422,
  );
});

function disposable(sandbox: Sandbox): AsyncDisposable & { readonly sandbox: Sandbox } {
  return { sandbox, [Symbol.asyncDispose]: () => sandbox.close() };
}
