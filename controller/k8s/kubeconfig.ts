import type { RequestOptions } from "node:https";
import type { Clock } from "../runtime/clock.ts";
import type { ClusterAccess, TlsIdentity } from "./cluster-access.ts";
import { inClusterAccess, isInCluster } from "./in-cluster.ts";

/** Tokens of exec plugins and auth providers are asked for again after this time; the plugin's own cache decides. */
const credentialLifetimeMs = 30_000;

/** Which cluster to talk to. */
export interface AccessChoice {
  /** Path of a kubeconfig file; absent means: $KUBECONFIG, else the Pod's service account, else ~/.kube/config. */
  readonly kubeconfig?: string;
  /** Context of the kubeconfig; absent means its current one. */
  readonly context?: string;
}

/** Finds the cluster in the order that `AccessChoice` tells. Rejects when a file is missing or names no server. */
export function loadAccess(
  choice: AccessChoice,
  environment: NodeJS.ProcessEnv,
  clock: Clock,
): Promise<ClusterAccess> {
  const named = choice.kubeconfig !== undefined || Boolean(environment["KUBECONFIG"]);
  if (!named && isInCluster(environment)) return inClusterAccess(environment, clock);
  return kubeconfigAccess(choice, clock);
}

/**
 * Access by a kubeconfig. Imports @kubernetes/client-node for it (two seconds, 75 MB), which a controller in a cluster
 * never does. Client certificates that an exec plugin issues are read once.
 */
async function kubeconfigAccess(choice: AccessChoice, clock: Clock): Promise<ClusterAccess> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  if (choice.kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(choice.kubeconfig);
  if (choice.context !== undefined) config.setCurrentContext(choice.context);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new Error(
      `kubeconfig ${choice.kubeconfig ?? "(default)"}: context ${JSON.stringify(config.getCurrentContext())} names no cluster`,
    );
  }
  // client-node refuses plain HTTP unless told that nothing is to be verified, and over HTTP nothing is.
  if (cluster.server.startsWith("http:")) Object.assign(cluster, { skipTLSVerify: true });
  const read = async (): Promise<RequestOptions> => {
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    return options;
  };
  let options = await read();
  let readAt = clock.monotonic();
  return {
    server: new URL(cluster.server),
    tls: tlsIdentity(options),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? "default",
    async authorization(refused) {
      if (refused || clock.monotonic() - readAt >= credentialLifetimeMs) {
        options = await read();
        readAt = clock.monotonic();
      }
      return authorizationHeaders(options);
    },
  };
}

function tlsIdentity(options: RequestOptions): TlsIdentity {
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  return {
    ...(isPem(ca) && { ca }),
    ...(isPem(cert) && { cert }),
    ...(isPem(key) && { key }),
    ...(servername !== undefined && { servername }),
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
  };
}

function isPem(value: unknown): value is string | Buffer {
  return typeof value === "string" || Buffer.isBuffer(value);
}

function authorizationHeaders(options: RequestOptions): Record<string, string> {
  if (typeof options.auth === "string") {
    return { authorization: `Basic ${Buffer.from(options.auth).toString("base64")}` };
  }
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (name.toLowerCase() === "authorization") return { authorization: String(value) };
  }
  return {};
}
