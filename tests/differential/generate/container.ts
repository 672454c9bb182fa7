import * as fc from "fast-check";
import type { Release } from "../original.ts";
import { count, handler, portNumber, probe } from "./probe.ts";
import { badQuantity, cpu, type Json, memory, mostly, oneOf, some, sparse, text } from "./values.ts";

const image = mostly(
  oneOf(
    "nginx",
    "nginx:1",
    "nginx:latest",
    "repo.io/a/b:v2",
    "localhost:5000/a",
    "a@sha256:" + "0".repeat(64),
    "a:latest@sha256:" + "1".repeat(64),
    "UPPER/x:1",
    "a:b:c",
    "docker.io/library/busybox:1.36",
  ),
  oneOf<Json>("", " nginx", "nginx ", "a/", "sha256:x"),
  30,
);

const fieldRef = mostly(
  fc.record({
    fieldPath: oneOf(
      "metadata.name",
      "metadata.namespace",
      "status.podIP",
      "spec.nodeName",
      "metadata.labels['app']",
      "metadata.annotations['k']",
    ),
  }),
  oneOf<Json>(
    { fieldPath: "metadata.labels" },
    { fieldPath: "" },
    { apiVersion: "v2", fieldPath: "metadata.name" },
    { fieldPath: "spec.x" },
    { fieldPath: "metadata.labels['a b']" },
  ),
);

const keyRef = fc.record({
  name: mostly(oneOf("cm", "cm.x"), oneOf("", "A_")),
  key: mostly(oneOf("k", "a.b_c-d"), oneOf("", "a b", "..")),
});

const valueFrom: fc.Arbitrary<Json> = fc.oneof(
  fc.record({ fieldRef }),
  fc.record({
    resourceFieldRef: mostly(
      sparse(
        {
          resource: oneOf("limits.cpu", "requests.memory", "limits.ephemeral-storage"),
          divisor: oneOf<Json>("1m", "1", "1Mi", 0),
          containerName: oneOf("one", "other"),
        },
        ["resource"],
      ),
      oneOf<Json>({ resource: "limits.x" }, { resource: "" }, { resource: "limits.cpu", divisor: "3" }),
    ),
  }),
  fc.record({ configMapKeyRef: keyRef }),
  fc.record({ secretKeyRef: keyRef }),
  oneOf<Json>({}, { fieldRef: { fieldPath: "metadata.name" }, secretKeyRef: { name: "a", key: "b" } }),
);

export const envName = oneOf("POD_NAME", "A", "B", "PROXY_IP", "IS_INJECTED", "SIDECARSET_VERSION");

export const env: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ name: envName, value: text }) },
  { weight: 2, arbitrary: fc.record({ name: envName, valueFrom: mostly(valueFrom, fc.constant({}), 60) }) },
  { weight: 1, arbitrary: fc.record({ name: mostly(envName, oneOf("", "a b", "1a", "a=b"), 6) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      name: envName,
      value: oneOf("", "x"),
      valueFrom: oneOf<Json>({ fieldRef: { fieldPath: "metadata.name" } }),
    }),
  },
);

const envFrom = sparse(
  {
    prefix: mostly(oneOf("P_", "a"), oneOf("1", "a b", "=")),
    configMapRef: mostly(
      sparse({ name: oneOf("cm"), optional: fc.boolean() }, ["name"]),
      oneOf<Json>({}, { name: "A" }),
    ),
    secretRef: fc.record({ name: oneOf("s") }),
  },
  [],
  1,
);

const port = sparse(
  {
    containerPort: portNumber,
    name: mostly(oneOf("http", "web-1", "p"), oneOf("", "1", "Http", "averyveryverylongname", "a--b")),
    protocol: mostly(oneOf("TCP", "UDP", "SCTP"), oneOf("", "tcp", "X")),
    hostPort: mostly(oneOf<Json>(80, 8080, 0), oneOf<Json>(70000)),
    hostIP: mostly(oneOf("127.0.0.1", "::1", ""), oneOf("x")),
  },
  ["containerPort"],
  2,
);

const quantities = mostly(
  sparse(
    {
      cpu: mostly(cpu, badQuantity, 80),
      memory: mostly(memory, badQuantity, 80),
      "ephemeral-storage": memory,
      "hugepages-2Mi": oneOf("2Mi", "4Mi", "3Mi"),
      "example.com/gpu": mostly(oneOf<Json>(1, "2"), oneOf<Json>("1.5")),
    },
    [],
    4,
  ),
  oneOf<Json>({ x: "1" }, { "kubernetes.io/x": 1 }, { "requests.cpu": "1" }, { storage: "1Gi" }),
);
const resources = fc.oneof(
  fc.record({ limits: quantities }),
  fc.record({ requests: quantities }),
  fc.record({
    limits: fc.record({ cpu: oneOf("1", "2", "1500m"), memory: oneOf("1Gi", "2G") }),
    requests: fc.record({ cpu: oneOf<Json>("100m", 1), memory: oneOf("1G", "1Gi", "64Mi") }),
  }),
  oneOf<Json>({}, { claims: [{ name: "c" }] }),
);

const userId = mostly(oneOf<Json>(0, 1000, 2147483647), oneOf<Json>(-1));
const capability = some(oneOf("NET_ADMIN", "ALL", "x"), 2);
const securityContext = sparse(
  {
    privileged: fc.boolean(),
    runAsUser: userId,
    runAsGroup: userId,
    runAsNonRoot: fc.boolean(),
    readOnlyRootFilesystem: fc.boolean(),
    allowPrivilegeEscalation: fc.boolean(),
    capabilities: sparse({ add: capability, drop: capability }, [], 1),
    procMount: mostly(oneOf("Default"), oneOf("x", "")),
    seccompProfile: mostly(
      oneOf<Json>({ type: "RuntimeDefault" }, { type: "Localhost", localhostProfile: "a/b" }),
      oneOf<Json>({ type: "x" }, {}, { type: "Localhost" }, { type: "Unconfined", localhostProfile: "a" }),
    ),
    appArmorProfile: mostly(
      oneOf<Json>(
        { type: "RuntimeDefault" },
        { type: "Unconfined" },
        { type: "Localhost", localhostProfile: "p" },
        { type: "Localhost", localhostProfile: "/usr/p" },
      ),
      oneOf<Json>({ type: "x" }, { type: "Localhost", localhostProfile: " p" }),
    ),
    seLinuxOptions: sparse({ level: oneOf("s0"), role: oneOf("r"), user: oneOf("u"), type: oneOf("t") }),
  },
  [],
  4,
);

/** The volumes that containers are generated to use; what a set declares is drawn from the same names. */
export const volumeName = oneOf("data", "logs", "conf", "raw");
export const mountPath = oneOf("/data", "/logs", "/conf", "/dev/x", "/a b", "/data/");

const mount = sparse(
  {
    name: volumeName,
    mountPath: mostly(mountPath, oneOf("", "rel", "a:b"), 60),
    readOnly: fc.boolean(),
    recursiveReadOnly: mostly(oneOf("Disabled"), oneOf("Enabled", "IfPossible", "x")),
    subPath: mostly(oneOf("a", "a/b", ""), oneOf("../a", "/a", "a/..")),
    subPathExpr: mostly(oneOf("$(POD_NAME)", "a/$(A)/$(B)", "x$(NONE)y", ""), oneOf("../$(A)")),
    mountPropagation: mostly(oneOf("None", "HostToContainer"), oneOf("Bidirectional", "x", "")),
  },
  ["name", "mountPath"],
  6,
);

const device = fc.record({
  name: fc.constant("raw"),
  devicePath: mostly(oneOf("/dev/x", "/dev/y", "/data"), oneOf("", "a", "/..")),
});

/** The fields of a core container but its name; mostly valid. */
export function containerFields(release: Release): Record<string, fc.Arbitrary<Json>> {
  return {
    image,
    command: some(text, 2),
    args: some(text, 3),
    workingDir: oneOf("", "/w"),
    ports: some(port, 2),
    envFrom: some(envFrom, 2),
    env: fc.array(env, { maxLength: 4 }),
    resources,
    volumeMounts: fc.uniqueArray(mount, { maxLength: 3, selector: (found) => found["mountPath"] }),
    volumeDevices: fc.array(device, { maxLength: 1 }),
    livenessProbe: probe(mostly(oneOf<Json>(0, 1), oneOf<Json>(2))),
    readinessProbe: probe(count),
    startupProbe: probe(mostly(oneOf<Json>(1), oneOf<Json>(0, 2), 8)),
    lifecycle: sparse({ postStart: handler(release), preStop: handler(release) }, [], 1),
    terminationMessagePath: mostly(oneOf("/dev/termination-log", ""), oneOf("x")),
    terminationMessagePolicy: mostly(oneOf("File", "FallbackToLogsOnError", ""), oneOf("x")),
    imagePullPolicy: mostly(oneOf("Always", "IfNotPresent", "Never", ""), oneOf("x")),
    securityContext,
    stdin: fc.boolean(),
    stdinOnce: fc.boolean(),
    tty: fc.boolean(),
    resizePolicy: some(
      fc.record({
        resourceName: mostly(oneOf("cpu", "memory"), oneOf("x")),
        restartPolicy: mostly(oneOf("NotRequired", "RestartContainer"), oneOf("x")),
      }),
      1,
    ),
  };
}
