import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { type Access, ApiClient } from "./api-client.ts";
import type { Program } from "./binaries.ts";
import { selfSignedCertificate } from "./certificate.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { lastLines, type SupervisedProcess, supervise } from "./supervised-process.ts";

/** A running etcd and kube-apiserver, with a controller manager and a scheduler when their programs were given. */
export interface ControlPlane {
  /** Member of system:masters. */
  readonly admin: ApiClient;
  /** Path of a kubeconfig for `admin`. */
  readonly kubeconfig: string;
  /** Data, logs (`*.log`), certificates and, when asked for, `audit.log`; removed by `stop`. */
  readonly folder: string;
  /** One JSON event a line; absent unless asked for. */
  readonly auditLog?: string;
  /** True when Deployments, Jobs, garbage collection and namespaces are looked after. */
  readonly hasControllers: boolean;
  /** True when Pods are assigned to nodes. */
  readonly hasScheduler: boolean;
  readonly startSeconds: number;
  /** Access as a ServiceAccount, by a token from the TokenRequest API; the account has to exist. */
  serviceAccount(namespace: string, name: string): Promise<Access>;
  /** Writes a kubeconfig into `folder` and returns its path. */
  writeKubeconfig(name: string, access: Access): string;
  /** Stops and starts kube-apiserver alone; its watch cache then begins anew, so old resourceVersions get 410. */
  restartApiServer(): Promise<void>;
  /** Makes etcd forget the past up to now. */
  compact(): Promise<void>;
  stop(): Promise<void>;
}

const readySeconds = 120;
const folderPrefix = "sidecarset-control-plane-";

// The controllers that the cases need. The node lifecycle is left out: it would evict the Pods of nodes without a kubelet.
const controllers = [
  "deployment-controller",
  "replicaset-controller",
  "statefulset-controller",
  "daemonset-controller",
  "job-controller",
  "garbage-collector-controller",
  "namespace-controller",
  "serviceaccount-controller",
  "root-ca-certificate-publisher-controller",
  "disruption-controller",
];

/**
 * Starts a control plane on free ports of 127.0.0.1 in a temporary folder and resolves when it is ready (about 10 s).
 * Everything ends with this process, however that ends. Throws with the tail of the log when a program does not start.
 */
export async function startControlPlane(
  paths: ReadonlyMap<Program, string>,
  options: { readonly audit?: boolean; readonly serviceRange?: string } = {},
): Promise<ControlPlane> {
  const started = performance.now();
  removeFoldersOfDeadProcesses();
  const folder = mkdtempSync(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  const processes: SupervisedProcess[] = [];
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once("exit", removeFolder);
  const stop = async (): Promise<void> => {
    admin.close();
    for (const program of processes.toReversed()) await program.stop();
    process.removeListener("exit", removeFolder);
    removeFolder();
  };
  const start = (program: Program, flags: readonly string[]): SupervisedProcess => {
    const path = paths.get(program);
    if (path === undefined)
      throw new Error(`${program}: expected a path, got ${[...paths.keys()].join(", ")}`);
    const started = supervise(program, [path, ...flags], { logFile: join(folder, `${program}.log`) });
    processes.push(started);
    return started;
  };

  const [etcdPort, peerPort, securePort, managerPort, schedulerPort] = await freePorts(5);
  const server = selfSignedCertificate("kube-apiserver");
  const token = randomBytes(16).toString("hex");
  const access: Access = {
    server: `https://127.0.0.1:${securePort}`,
    certificateAuthority: server.certificate,
    token,
  };
  const admin = new ApiClient(access);
  const hasControllers = paths.has("kube-controller-manager");
  const hasScheduler = paths.has("kube-scheduler");
  const auditLog = options.audit === true ? join(folder, "audit.log") : undefined;
  const files = writeCredentials(folder, server, token);
  const writeKubeconfig = (name: string, access: Access): string => {
    const path = join(folder, `${name}.kubeconfig`);
    writeFileSync(path, kubeconfig(access), { mode: 0o600 });
    return path;
  };
  const adminKubeconfig = writeKubeconfig("admin", access);
  const apiServerFlags = [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${securePort}`,
    `--tls-cert-file=${files.serverCertificate}`,
    `--tls-private-key-file=${files.serverKey}`,
    "--endpoint-reconciler-type=none",
    `--service-cluster-ip-range=${options.serviceRange ?? "10.0.0.0/24"}`,
    "--allow-privileged=true",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${files.accountKey}`,
    `--service-account-signing-key-file=${files.accountKey}`,
    `--token-auth-file=${files.tokens}`,
    "--authorization-mode=RBAC",
    // Without the controller manager nobody makes the ServiceAccount `default` that this plugin asks for.
    ...(hasControllers ? [] : ["--disable-admission-plugins=ServiceAccount"]),
    ...(auditLog === undefined
      ? []
      : [
          `--audit-log-path=${auditLog}`,
          `--audit-policy-file=${files.auditPolicy}`,
          "--audit-log-mode=blocking",
        ]),
  ];
  const startApiServer = async (): Promise<SupervisedProcess> => {
    const apiServer = start("kube-apiserver", apiServerFlags);
    await untilReady(apiServer, async () => (await admin.get("/readyz")).status === 200);
    return apiServer;
  };
  let apiServer: SupervisedProcess;
  try {
    start("etcd", [
      `--data-dir=${join(folder, "etcd")}`,
      `--listen-client-urls=http://127.0.0.1:${etcdPort}`,
      `--advertise-client-urls=http://127.0.0.1:${etcdPort}`,
      `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`,
      `--initial-cluster=default=http://127.0.0.1:${peerPort}`,
      "--unsafe-no-fsync=true",
      "--logger=zap",
      "--log-level=warn",
    ]);
    apiServer = await startApiServer();
    if (hasScheduler) {
      start("kube-scheduler", [
        `--kubeconfig=${adminKubeconfig}`,
        "--bind-address=127.0.0.1",
        `--secure-port=${schedulerPort}`,
        "--leader-elect=false",
      ]);
    }
    if (hasControllers) {
      const manager = start("kube-controller-manager", [
        `--kubeconfig=${adminKubeconfig}`,
        `--service-account-private-key-file=${files.accountKey}`,
        `--root-ca-file=${files.serverCertificate}`,
        `--controllers=${controllers.join(",")}`,
        `--cert-dir=${join(folder, "controller-manager")}`,
        "--bind-address=127.0.0.1",
        `--secure-port=${managerPort}`,
        "--leader-elect=false",
      ]);
      const account = "/api/v1/namespaces/default/serviceaccounts/default";
      await untilReady(manager, async () => (await admin.get(account)).status === 200);
    }
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    admin,
    kubeconfig: adminKubeconfig,
    folder,
    ...(auditLog === undefined ? {} : { auditLog }),
    hasControllers,
    hasScheduler,
    startSeconds: (performance.now() - started) / 1000,
    writeKubeconfig,
    async serviceAccount(namespace, name) {
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
      const body = {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { expirationSeconds: 7200 },
      };
      const answer = await admin.post(path, body);
      if (answer.status !== 201)
        throw new Error(`${path}: expected 201, got ${answer.status} ${answer.body.message}`);
      return { ...access, token: answer.body.status.token };
    },
    async restartApiServer() {
      await apiServer.stop();
      processes.splice(processes.indexOf(apiServer), 1);
      apiServer = await startApiServer();
    },
    async compact() {
      const etcd = async (path: string, body: object): Promise<{ header: { revision: string } }> => {
        const url = `http://127.0.0.1:${etcdPort}/v3/kv/${path}`;
        const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
        if (!answer.ok) throw new Error(`${url}: expected 200, got ${answer.status} ${await answer.text()}`);
        return JSON.parse(await answer.text());
      };
      const { header } = await etcd("range", { key: Buffer.from("/").toString("base64") });
      await etcd("compaction", { revision: header.revision, physical: true });
    },
    stop,
  };
}

/** A process that was killed could not remove its folder; the number in the name tells whose it was. */
function removeFoldersOfDeadProcesses(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(folderPrefix)
      ? Number.parseInt(name.slice(folderPrefix.length), 10)
      : Number.NaN;
    if (Number.isInteger(owner) && !existsSync(`/proc/${owner}`) && existsSync("/proc/self")) {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
}

interface Credentials {
  readonly serverCertificate: string;
  readonly serverKey: string;
  readonly accountKey: string;
  readonly tokens: string;
  readonly auditPolicy: string;
}

function writeCredentials(
  folder: string,
  server: { readonly key: string; readonly certificate: string },
  token: string,
): Credentials {
  const certificates = join(folder, "certificates");
  mkdirSync(certificates, { mode: 0o700 });
  const write = (name: string, text: string): string => {
    const path = join(certificates, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const accounts = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    serverCertificate: write("server.crt", server.certificate),
    serverKey: write("server.key", server.key),
    accountKey: write(
      "accounts.key",
      accounts.privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
    ),
    tokens: write("tokens.csv", `${token},admin,admin,system:masters\n`),
    auditPolicy: write(
      "audit-policy.yaml",
      JSON.stringify({
        apiVersion: "audit.k8s.io/v1",
        kind: "Policy",
        omitStages: ["RequestReceived"],
        rules: [{ level: "Metadata" }],
      }),
    ),
  };
}

async function untilReady(program: SupervisedProcess, ready: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + readySeconds * 1000;
  for (;;) {
    if (await ready().catch(() => false)) return;
    const code = program.ended();
    if (code !== null) throw new Error(`${program.name}: ended with ${code}:\n${lastLines(program)}`);
    if (performance.now() > deadline) {
      throw new Error(`${program.name}: not ready after ${readySeconds} s:\n${lastLines(program)}`);
    }
    await sleep(200);
  }
}

/** Ports that were free a moment ago; all are held until the last is known, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) =>
        server.once("error", reject).listen(0, "127.0.0.1", resolve),
      );
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("expected a TCP address");
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
