import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import type { AuditedRequest } from "./cases/environment.ts";
import { type Program } from "./control-plane/binaries.ts";
import { type ControlPlane, startControlPlane } from "./control-plane/control-plane.ts";
import { Controllers } from "./controllers.ts";
import { type Cluster, policyFile } from "./describe-cases.ts";
import { Kubelet } from "./kubelet/kubelet.ts";
import type { KubewardenPart, Manifest } from "./kubewarden/kubewarden-part.ts";
import { startStandIn } from "./kubewarden/stand-in.ts";

const root = join(import.meta.dirname, "../..");
const account = { namespace: "sidecarset-system", name: "sidecarset-controller" };

/** How a cluster differs from the usual one. */
export interface ClusterOptions {
  /** Addresses of Services; nobody answers there by default. */
  readonly serviceRange?: string;
  /** Default: the stand-in. */
  readonly startKubewarden?: (plane: ControlPlane) => Promise<KubewardenPart>;
}

/** Starts all of it: our manifests by kubectl, the controller as a process with the account that they give it. */
export async function startRealCluster(
  paths: ReadonlyMap<Program, string>,
  kubectl: string,
  { serviceRange, startKubewarden = startStandIn }: ClusterOptions = {},
): Promise<Cluster> {
  const started = performance.now();
  const plane = await startControlPlane(paths, { audit: true, ...(serviceRange && { serviceRange }) });
  const closing: (() => Promise<void>)[] = [() => plane.stop()];
  const stop = async (): Promise<void> => {
    for (const close of closing.toReversed()) await close();
  };
  try {
    const { admin, hasControllers, hasScheduler } = plane;
    const kubewarden = await startKubewarden(plane);
    closing.push(() => kubewarden.stop());
    const { runtime } = kubewarden;
    const kubelet = await Kubelet.start(admin, { binds: !hasScheduler, ...(runtime && { runtime }) });
    closing.push(() => kubelet.stop());
    await applyManifests(plane, kubectl, kubewarden);
    await untilRegistered(plane, kubewarden);
    const access = await plane.serviceAccount(account.namespace, account.name);
    const { folder } = plane;
    const kubeconfig = plane.writeKubeconfig("controller", access);
    const controllers = new Controllers({ kubeconfig, policyFile, folder, admin });
    closing.push(() => controllers.stop());
    const audit = plane.auditLog;
    return {
      name: `kube-apiserver ${(await admin.get("/version")).body.gitVersion}`,
      admin,
      kubeconfig: plane.kubeconfig,
      kubectl,
      hasControllers,
      ...(audit !== undefined && { audited: () => requestsOf(audit) }),
      ...(kubewarden.takeCrashes && { takeCrashes: kubewarden.takeCrashes }),
      interruptPolicies: () => kubewarden.interrupt(),
      restartApiServer: () => plane.restartApiServer(),
      compact: () => plane.compact(),
      killLeader: () => controllers.killLeader(),
      startSeconds: (performance.now() - started) / 1000,
      problems() {
        return [
          ...kubelet.problems.map((problem) => `kubelet: ${problem}`),
          ...kubewarden.problems().map((problem) => `kubewarden: ${problem}`),
          ...controllers.problems(),
        ];
      },
      log: () => [controllers.log(), kubewarden.log()].join("\n"),
      summary: () => kubewarden.summary(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function applyManifests(plane: ControlPlane, kubectl: string, part: KubewardenPart): Promise<void> {
  const env = { ...process.env, KUBECONFIG: plane.kubeconfig };
  const run = promisify(execFile);
  const { stdout } = await run(kubectl, ["kustomize", join(root, "policy/manifests")], { env });
  const manifests = parseAllDocuments(stdout)
    .map((document): Manifest => document.toJS())
    .map((manifest) => part.adapted?.(manifest) ?? manifest);
  const file = join(plane.folder, "manifests.json");
  writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: manifests }));
  await run(kubectl, ["apply", "--server-side", "-f", file], { env, timeout: 60_000 });
}

/** Waits until the policies answer: what is written before goes unseen by them. */
async function untilRegistered({ admin }: ControlPlane, kubewarden: KubewardenPart): Promise<void> {
  const path = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
  const deadline = performance.now() + 60_000;
  for (const name of ["clusterwide-sidecarset-admission", "clusterwide-sidecarset-injection"]) {
    while ((await admin.get(`${path}/${name}`)).status !== 200) {
      if (performance.now() > deadline) {
        const logs = [...kubewarden.problems(), kubewarden.log()].join("\n");
        throw new Error(`${name}: not registered after 60 s:\n${logs}`);
      }
      await sleep(100);
    }
  }
  // The API server reads its own configurations a moment later.
  await sleep(1000);
}

/** The controller's requests in an audit log; a watch is there when it begins and when it ends. */
function requestsOf(auditLog: string): readonly AuditedRequest[] {
  const user = `system:serviceaccount:${account.namespace}:${account.name}`;
  return readFileSync(auditLog, "utf8")
    .split("\n")
    .filter((line) => line.includes(user))
    .map((line) => JSON.parse(line))
    .filter((event) => event.user?.username === user && event.objectRef !== undefined)
    .map(({ verb, objectRef, responseStatus }) => ({
      verb,
      resource: [
        objectRef.resource,
        objectRef.apiGroup === undefined ? "" : `.${objectRef.apiGroup}`,
        objectRef.subresource === undefined ? "" : `/${objectRef.subresource}`,
      ].join(""),
      namespace: objectRef.namespace ?? "",
      name: objectRef.name ?? "",
      code: responseStatus?.code ?? 0,
    }));
}
