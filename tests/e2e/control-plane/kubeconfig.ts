import type { Access } from "./api-client.ts";

/** A kubeconfig for one user at one server, as JSON (which kubectl and Node both read). */
export function kubeconfig(access: Access, namespace = "default"): string {
  const cluster: Record<string, unknown> = { server: access.server };
  if (access.certificateAuthority !== undefined) {
    cluster["certificate-authority-data"] = Buffer.from(access.certificateAuthority).toString("base64");
  }
  const user = access.token === undefined ? {} : { token: access.token };
  return `${JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "e2e", cluster }],
      users: [{ name: "e2e", user }],
      contexts: [{ name: "e2e", context: { cluster: "e2e", user: "e2e", namespace } }],
      "current-context": "e2e",
    },
    undefined,
    2,
  )}\n`;
}
