import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Names the folder that stands for the one where the kubelet puts a service account's files. */
export const folderVariable = "BENCH_SERVICE_ACCOUNT";

/** Node flags and environment of a process that takes itself to be in a Pod of the cluster whose server has this URL. */
export function podEnvironment(
  url: string,
  authority: string,
): { readonly nodeFlags: readonly string[]; readonly environment: Readonly<Record<string, string>> } {
  const folder = mkdtempSync(join(tmpdir(), "sidecarset-scale-"));
  writeFileSync(join(folder, "ca.crt"), authority);
  writeFileSync(join(folder, "token"), "scale");
  writeFileSync(join(folder, "namespace"), "sidecarset-system");
  const { hostname, port } = new URL(url);
  return {
    nodeFlags: ["--import", fileURLToPath(new URL("service-account-files.ts", import.meta.url))],
    environment: {
      KUBECONFIG: "",
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
      [folderVariable]: folder,
    },
  };
}
