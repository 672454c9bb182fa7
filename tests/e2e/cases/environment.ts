import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, ApiClient } from "../control-plane/api-client.ts";

/** A cluster with our manifests applied and our controller running, in which cases run one after the other. */
export interface Environment {
  /** Such as `kube-apiserver v1.36.3`. */
  readonly name: string;
  /** May do everything. */
  readonly admin: ApiClient;
  readonly kubeconfig: string;
  /** Path of the program. */
  readonly kubectl: string;
  /** True when Deployments and Jobs are looked after. */
  readonly hasControllers: boolean;
  /** Requests of the controller that were answered so far; absent where nobody writes them down. */
  audited?(): readonly AuditedRequest[];
  /** Lets nobody answer for the policies until the answer is called; absent where that cannot be done. */
  interruptPolicies?(): Promise<() => Promise<void>>;
  /**
   * The last lines of policy servers that ended by themselves, which is a problem unless a case takes them; absent where
   * policy servers are not real.
   */
  takeCrashes?(): readonly string[];
  /** Stops and starts the API server; absent where that cannot be done. */
  restartApiServer?(): Promise<void>;
  /** Forgets all history of objects, as etcd's compaction does; absent where that cannot be done. */
  compact?(): Promise<void>;
  /** Kills (-9) the controller that holds the Lease, and answers its identity; absent where there is only one. */
  killLeader?(): Promise<string>;
}

/** One request of the controller's account. */
export interface AuditedRequest {
  readonly verb: string;
  /** Plural with group and subresource, such as `pods/status` or `sidecarsets.apps.kruise.io/status`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly code: number;
}

/** One end-to-end case; it cleans up after itself. */
export interface Case {
  readonly name: string;
  /** What the environment has to have; the case is skipped, aloud, where it is missing. */
  readonly needs?:
    | "controllers"
    | "audit"
    | "outage"
    | "policy-servers"
    | "restart"
    | "compaction"
    | "replicas";
  run(environment: Environment): Promise<void>;
}

/** What kubectl printed and how it ended. */
export interface Output {
  readonly code: number;
  readonly stdout: string;
  /** Without the warning about the version skew between kubectl and the server. */
  readonly stderr: string;
}

/** Runs the real kubectl; never throws for its exit code. */
export function kubectl(
  { kubeconfig, kubectl: program }: Environment,
  parameters: readonly string[],
  input?: unknown,
  variables: NodeJS.ProcessEnv = {},
): Promise<Output> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      parameters,
      { env: { ...process.env, ...variables, KUBECONFIG: kubeconfig }, timeout: 60_000, maxBuffer: 1 << 24 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, stdout, stderr: stderr.replace(/^WARNING: version difference .*\n/m, "") });
      },
    );
    child.stdin?.end(input === undefined ? "" : typeof input === "string" ? input : JSON.stringify(input));
  });
}

/** Runs kubectl and throws what it said when it fails. */
export async function kubectlOk(
  environment: Environment,
  parameters: readonly string[],
  input?: unknown,
): Promise<string> {
  const { code, stdout, stderr } = await kubectl(environment, parameters, input);
  if (code !== 0) throw new Error(`kubectl ${parameters.join(" ")}: exit code ${code}\n${stdout}${stderr}`);
  return stdout;
}

/**
 * Reads until `done` answers something other than undefined or false, and answers that. Throws with `what` and the last
 * value read after `seconds`.
 */
export async function until<Value, Result>(
  what: string,
  read: () => Promise<Value>,
  done: (value: Value) => Result | undefined | false,
  seconds = 60,
): Promise<Result> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const value = await read();
    const result = done(value);
    if (result !== undefined && result !== false) return result;
    if (performance.now() > deadline) {
      throw new Error(
        `${what}: not after ${seconds} s; last seen ${JSON.stringify(value, readable)?.slice(0, 2000)}`,
      );
    }
    await sleep(100);
  }
}

function readable(key: string, value: unknown): unknown {
  return key === "managedFields" || key === "kubectl.kubernetes.io/last-applied-configuration"
    ? undefined
    : value;
}

/** Makes an object and answers it. */
export async function create(
  environment: Environment,
  path: string,
  object: unknown,
): Promise<Answer["body"]> {
  const { status, body } = await environment.admin.post(path, object);
  if (status !== 201) throw new Error(`POST ${path}: expected 201, got ${status} ${body.message}`);
  return body;
}

/** The object at `path`; throws when there is none. */
export async function read(environment: Environment, path: string): Promise<Answer["body"]> {
  const { status, body } = await environment.admin.get(path);
  if (status !== 200) throw new Error(`GET ${path}: expected 200, got ${status} ${body.message}`);
  return body;
}
