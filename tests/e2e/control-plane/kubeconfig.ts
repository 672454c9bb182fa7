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

/** What a kubeconfig of the above says. */
export function readKubeconfig(text: string): Access {
  const { clusters, users }: Written = JSON.parse(text);
  const { server, "certificate-authority-data": authority } = clusters[0].cluster;
  const { token } = users[0].user;
  return {
    server,
    ...(authority !== undefined && { certificateAuthority: Buffer.from(authority, "base64").toString() }),
    ...(token !== undefined && { token }),
  };
}

interface Written {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly "certificate-authority-data"?: string } },
  ];
  readonly users: readonly [{ readonly user: { readonly token?: string } }];
}
