import type { Json, JsonObject } from "../policy.ts";
import type { Dice } from "./mutation.ts";

/** What there is to choose from: what makes sense, and what is odd. */
interface Pool<T> {
  readonly fine: readonly T[];
  readonly odd: readonly T[];
}

/** Few names, so that Pods and sets meet in them. */
const NAMES: Pool<string> = {
  fine: ["main", "log", "log-1", "log-2", "mesh", "mesh-1", "app", "setup"],
  odd: ["容器", "a.b", "", "x".repeat(80)],
};
const VOLUMES: Pool<string> = { fine: ["v", "data", "own", "cache"], odd: ["v\u2028", ""] };
const PATHS: Pool<string> = { fine: ["/v", "/data", "/own", "/dev/x"], odd: ["/", "", "/v/", "/ü"] };
const TEXTS: Pool<string> = {
  fine: ["a", "b", "<&>", "$(A)", "true"],
  odd: ["", "\u2028", '"', "\\", "😀", "null", "x".repeat(300), "\u0000", "0"],
};
const KEYS: Pool<string> = { fine: ["k", "note", "example.com/a"], odd: ["kruise.io/sidecarset-hash", "<"] };
const IMAGES: Pool<string> = {
  fine: ["log:1", "log:2", `r.io/a/b@sha256:${"0".repeat(64)}`, "log", "log:latest"],
  odd: ["", "UPPER:1", "a b"],
};
const QUANTITIES: Pool<Json> = {
  fine: ["100m", "1", "2", "1Gi", "1e3"],
  odd: ["0", "-1", 1.5, "1.5Ki", "12E", "nonsense", null],
};
const EXPRESSIONS: Pool<string> = {
  fine: ["cpu*50%", "max(cpu*50%, 50m)", "cpu/3", "100Mi", "min(cpu,1)+max(1,cpu)*2-3/4"],
  odd: ["memory - 100Mi", "memory*0.1", "cpu*cpu", "cpu-10", "1e400", "((((cpu))))", "10x", ""],
};
const REGEXES: Pool<string> = {
  fine: [".*", "main|log|app|setup|mesh", "(?i)A|M|L|S"],
  odd: ["^main$", "(a*)*b", "", "(", "[\\p{L}]+", "^.{0,1000}$", "\\x{10ffff}"],
};
const JSON_TEXTS: Pool<string> = {
  fine: ["{}", '{"a":1}', '{"a":{"b":null,"c":[1,{"d":null}]}}', '{"a":1.0e2}'],
  odd: ["[]", "null", "1", '"x"', "nope", ""],
};
const POLICIES: Pool<string> = { fine: ["Retain", "Overwrite", "MergePatchJson"], odd: ["", "Other"] };
const RECORDS: Pool<string> = {
  fine: [
    "{}",
    '{"z":{"updateTimestamp":null,"hash":"1","sidecarSetName":"z","sidecarList":["q"]}}',
    '{"a":{"hash":"h"},"z":null}',
    '{"z":"5f"}',
  ],
  odd: ["", "{", "[]", '{"a":5}'],
};
const APP_WEB = { matchLabels: { app: "web" } };
const SELECTORS: Pool<Json> = {
  fine: [
    APP_WEB,
    APP_WEB,
    APP_WEB,
    { matchExpressions: [{ key: "app", operator: "Exists" }] },
    { matchExpressions: [{ key: "team", operator: "NotIn", values: ["main"] }] },
  ],
  odd: [
    { matchLabels: { team: "log" } },
    { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
    { matchExpressions: [{ key: "app", operator: "Is" }] },
    {},
    null,
  ],
};

/** Makes Pods, SidecarSets and settings that look like real ones and are full of meetings and odd values. */
export class Generator {
  readonly #dice: Dice;

  /** How much of it is odd: half of the documents make sense throughout. */
  readonly #oddity: number;

  constructor(dice: Dice) {
    this.#dice = dice;
    this.#oddity = dice.roll(2) === 0 ? 0 : 0.1;
  }

  /** The payload of `validate` for a Pod. */
  podPayload(): JsonObject {
    const namespace = this.#mostly({ fine: ["shop"], odd: ["kube-system", ""] });
    const request = {
      uid: `u${this.#dice.roll(1000)}`,
      kind: { group: "", version: "v1", kind: "Pod" },
      operation: "CREATE",
      dryRun: this.#often(0.2),
      object: this.pod(),
      ...(this.#often(0.9) ? { namespace } : {}),
    };
    return { request, settings: this.settings() };
  }

  /** The payload of `validate` for a SidecarSet. */
  setPayload(): JsonObject {
    const object = this.set(this.#pick(["a", "b"]));
    const update = this.#often(0.4);
    const before = this.#often(0.7) ? object : this.set("a");
    const request = {
      uid: "1",
      kind: { group: "apps.kruise.io", version: this.#pick(["v1alpha1", "v1beta1"]), kind: "SidecarSet" },
      operation: update ? "UPDATE" : "CREATE",
      object,
      oldObject: update ? before : null,
    };
    return { request, settings: this.settings() };
  }

  settings(): JsonObject {
    const names = ["a", "b", "c", "d"].slice(0, 1 + this.#dice.roll(4));
    return {
      sidecarSets: names.map((name) => this.set(name)),
      ...this.#maybe("failureMode", () => this.#pick(["Fail", "Ignore", "Ignore"])),
      ...this.#maybe("missingRevision", () => this.#pick(["Skip", "Skip", "Reject"])),
      ...this.#maybe("excludedNamespaces", () => this.#pick<Json>([[], ["kube-system"], null])),
      ...this.#maybe("podOptOut", () => this.#often(0.5)),
      ...this.#maybe("sortContainersByName", () => this.#often(0.5)),
      ...this.#maybe("explain", () => this.#often(0.5)),
      ...this.#maybe("selectorOverlap", () => this.#pick(["Exact", "OpenKruise"])),
      ...this.#maybe("patchPodMetadataAllowList", () => ({
        rules: [{ allowedAnnotationKeyExprs: [this.#mostly(REGEXES)] }],
      })),
    };
  }

  pod(): JsonObject {
    return {
      ...this.#maybe("apiVersion", () => "v1"),
      metadata: {
        labels: {
          app: this.#mostly({ fine: ["web"], odd: ["api", ""] }),
          ...this.#maybe("team", () => "log"),
        },
        ...this.#object({
          name: () => this.#pick(["p", "web-0", ""]),
          annotations: () => this.#annotations(),
          managedFields: () => [{ time: "2026-01-01T00:00:00Z" }],
          unknown: () => this.#pick<Json>([1e21, null, [], {}, "x"]),
        }),
      },
      spec: this.#object({
        containers: () => this.#list(4, () => this.#podContainer()),
        initContainers: () => this.#list(3, () => this.#podContainer()),
        volumes: () => this.#list(3, () => ({ name: this.#mostly(VOLUMES), emptyDir: {} })),
        imagePullSecrets: () => this.#list(3, () => ({ name: this.#pick(["s", "t", "u"]) })),
        unknown: () => this.#pick<Json>([{ containers: [] }, "containers", -0.5]),
      }),
      ...this.#maybe("status", () => ({ phase: this.#pick(["Pending", "Pending", "Pending", "Failed"]) })),
    };
  }

  set(name: string): JsonObject {
    const metadata = { name, annotations: this.#setAnnotations() };
    const spec = {
      selector: this.#selector(),
      ...(this.#often(0.15) ? { namespaceSelector: this.#selector() } : {}),
      ...this.#maybe("namespace", () => this.#pick(["shop", "bank", ""])),
      ...this.#injected(),
      ...this.#maybe("injectionStrategy", () =>
        this.#object({
          paused: () => this.#often(0.2),
          revision: () => ({
            revisionName: this.#pick([`${name}-1`, ""]),
            policy: this.#pick(["Always", "Partial"]),
          }),
        }),
      ),
      ...this.#maybe("updateStrategy", () =>
        this.#object({
          type: () => this.#pick(["NotUpdate", "NotUpdate", "Other"]),
          paused: () => this.#often(0.5),
          selector: () => this.#selector(),
          partition: () => this.#mostly<Json>({ fine: [0, 1, "30%", "100%"], odd: ["x", "1.5%", true] }),
        }),
      ),
    };
    const revision = { name: `${name}-1`, annotations: this.#hashes(), spec: this.#injected() };
    return {
      metadata,
      spec,
      ...this.#maybe("revision", () => revision),
      ...this.#maybe("status", () => ({ latestRevision: `${name}-2` })),
    };
  }

  #injected(): JsonObject {
    return {
      containers: [this.#sidecar(), ...this.#list(2, () => this.#sidecar())],
      ...this.#maybe("initContainers", () =>
        this.#list(2, () => ({ ...this.#sidecar(), ...this.#maybe("restartPolicy", () => "Always") })),
      ),
      volumes: this.#often(this.#oddity)
        ? this.#list(3, () => this.#volume(this.#mostly(VOLUMES)))
        : VOLUMES.fine.map((name) => this.#volume(name)),
      ...this.#maybe("imagePullSecrets", () => this.#list(3, () => ({ name: this.#pick(["s", "t", "u"]) }))),
      ...this.#maybe("patchPodMetadata", () =>
        this.#list(2, () => ({
          annotations: { [this.#mostly(KEYS)]: this.#mostly(JSON_TEXTS) },
          patchPolicy: this.#mostly(POLICIES),
        })),
      ),
    };
  }

  #sidecar(): JsonObject {
    return {
      ...this.#podContainer(),
      ...this.#object({
        podInjectPolicy: () => this.#pick(["BeforeAppContainer", "AfterAppContainer"]),
        upgradeStrategy: () => ({
          upgradeType: this.#pick(["HotUpgrade", "ColdUpgrade"]),
          hotUpgradeEmptyImage: "e:1",
        }),
        shareVolumePolicy: () => ({ type: this.#pick(["enabled", "disabled"]) }),
        shareVolumeDevicePolicy: () => ({ type: this.#pick(["enabled", "disabled"]) }),
        transferEnv: () => this.#list(2, () => this.#transfer()),
        resourcesPolicy: () => (this.#often(0.3) ? this.#resourcesPolicy() : null),
      }),
    };
  }

  #podContainer(): JsonObject {
    return {
      name: this.#mostly(NAMES),
      image: this.#mostly(IMAGES),
      ...this.#object({
        env: () => this.#list(4, () => this.#env()),
        volumeMounts: () =>
          this.#list(3, () => ({
            name: this.#mostly(VOLUMES),
            mountPath: this.#mostly(PATHS),
            ...this.#maybe("subPathExpr", () => this.#pick(["$(A)/$(B)", "$(", "$$(A)", "$(A$(B))"])),
          })),
        volumeDevices: () =>
          this.#list(this.#often(this.#oddity) ? 2 : 0, () => ({
            name: this.#mostly(VOLUMES),
            devicePath: this.#mostly(PATHS),
          })),
        resources: () =>
          this.#often(0.5)
            ? { limits: { cpu: this.#mostly(QUANTITIES) }, requests: { memory: this.#mostly(QUANTITIES) } }
            : {},
        unknown: () => this.#pick<Json>([1e300, { env: [] }, null]),
      }),
    };
  }

  #env(): JsonObject {
    const name = this.#pick(["A", "B", "IS_INJECTED", "C", "SIDECARSET_VERSION"]);
    return this.#often(0.7)
      ? { name, value: this.#mostly(TEXTS) }
      : { name, valueFrom: { fieldRef: { fieldPath: "metadata.name" } } };
  }

  #transfer(): JsonObject {
    return this.#object({
      sourceContainerName: () => this.#mostly(NAMES),
      sourceContainerNameFrom: () => ({
        fieldRef: {
          fieldPath: this.#pick([
            "metadata.labels['app']",
            "metadata.annotations['k']",
            "metadata.name",
            "metadata.labels['']",
          ]),
        },
      }),
      envName: () => this.#pick(["A", "B", ""]),
      envNames: () => ["B", "A", "C", "A"],
    });
  }

  #resourcesPolicy(): JsonObject {
    const side = () => ({ cpu: this.#mostly(EXPRESSIONS), memory: "100Mi" });
    return {
      targetContainersMode: this.#mostly({ fine: ["sum", "max"], odd: ["min"] }),
      targetContainersNameRegex: this.#mostly(REGEXES),
      resourcesExpr: { limits: side(), requests: side() },
    };
  }

  #annotations(): JsonObject {
    return this.#object({
      "kruise.io/sidecarset-hash": () => this.#mostly(RECORDS),
      "kruise.io/sidecarset-hash-without-image": () => this.#mostly(RECORDS),
      "kruise.io/sidecarset-injected-list": () => this.#pick(["z", ",z,,a", ""]),
      "kruise.io/sidecarset-working-hotupgrade-container": () => this.#pick(['{"log":"log-2"}', "[", ""]),
      "sidecarset-kubewarden/explain": () => "true",
      "sidecarset-kubewarden/inject": () => this.#pick(["false", "true"]),
      k: () => this.#mostly(this.#often(0.5) ? JSON_TEXTS : NAMES),
    });
  }

  #setAnnotations(): JsonObject {
    return {
      ...(this.#often(0.6) ? this.#hashes() : {}),
      ...(this.#often(this.#oddity)
        ? {
            "apps.kruise.io/sidecarset-canary": "true",
            "apps.kruise.io/sidecarset-base": this.#pick(["a", "b"]),
          }
        : {}),
    };
  }

  #hashes(): JsonObject {
    const all = { "kruise.io/sidecarset-hash": "h", "kruise.io/sidecarset-hash-without-image": "w" };
    return this.#often(0.8) ? all : {};
  }

  #selector(): Json {
    return this.#mostly(SELECTORS);
  }

  #volume(name: string): JsonObject {
    return this.#often(this.#oddity) ? { name, hostPath: { path: "/" } } : { name, emptyDir: {} };
  }

  #list(most: number, make: () => Json): Json[] {
    return Array.from({ length: this.#dice.roll(most + 1) }, make);
  }

  /** An object with some of these members. */
  #object(members: Record<string, () => Json>): JsonObject {
    const kept = Object.entries(members).filter(() => this.#often(0.5));
    return Object.fromEntries(kept.map(([name, make]) => [name, make()]));
  }

  #maybe(name: string, make: () => Json): JsonObject {
    return this.#often(0.4) ? { [name]: make() } : {};
  }

  #mostly<T>({ fine, odd }: Pool<T>): T {
    return this.#dice.pick(this.#often(this.#oddity) ? odd : fine);
  }

  #pick<T>(from: readonly T[]): T {
    return this.#dice.pick(from);
  }

  #often(share: number): boolean {
    return this.#dice.roll(1000) < share * 1000;
  }
}
