import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../runtime/clock.ts";
import type { ClusterAccess } from "./cluster-access.ts";

const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The kubelet replaces the token file long before the token expires, so a copy may be this old. */
const tokenLifetimeMs = 60_000;

/** True when the environment is that of a container in a Pod. */
export function isInCluster(environment: NodeJS.ProcessEnv): boolean {
  return Boolean(environment["KUBERNETES_SERVICE_HOST"] && environment["KUBERNETES_SERVICE_PORT"]);
}

/** Access with the Pod's service account. Rejects when its files cannot be read. */
export async function inClusterAccess(
  environment: NodeJS.ProcessEnv,
  clock: Clock,
  folder: string = serviceAccountFolder,
): Promise<ClusterAccess> {
  const host = environment["KUBERNETES_SERVICE_HOST"] ?? "";
  const port = environment["KUBERNETES_SERVICE_PORT"] ?? "443";
  const ca = await readFile(join(folder, "ca.crt"));
  const namespace = (await readFile(join(folder, "namespace"), "utf8").catch(() => "default")).trim();
  let token = await readFile(join(folder, "token"), "utf8");
  let readAt = clock.monotonic();
  return {
    server: new URL(`https://${host.includes(":") ? `[${host}]` : host}:${port}`),
    tls: { ca },
    namespace,
    async authorization(refused) {
      if (refused || clock.monotonic() - readAt >= tokenLifetimeMs) {
        token = await readFile(join(folder, "token"), "utf8");
        readAt = clock.monotonic();
      }
      return { authorization: `Bearer ${token.trim()}` };
    },
  };
}
