/** Where the API server is and how to be let in. */
export interface ClusterAccess {
  /** `https://host:port` or `http://...`; a path is a prefix of every request's path. */
  readonly server: URL;
  readonly tls: TlsIdentity;
  /** Namespace of the process or of the context; "default" when neither tells. */
  readonly namespace: string;
  /**
   * Request headers that authenticate; empty for anonymous or certificate access. `refused` says that the server has
   * just answered 401, so that anything cached is stale. Rejects when a credential cannot be read.
   */
  authorization(refused: boolean): Promise<Readonly<Record<string, string>>>;
}

/** TLS material in PEM; what is absent is left to Node's defaults. */
export interface TlsIdentity {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** Name to ask for and verify instead of the server's host. */
  readonly servername?: string;
  /** False trusts any server: only when a kubeconfig says insecure-skip-tls-verify. */
  readonly rejectUnauthorized?: boolean;
}

/** Access without a kubeconfig: a plain URL, and a bearer token when there is one. */
export function directAccess(server: string, token?: string): ClusterAccess {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    server: new URL(server),
    tls: {},
    namespace: "default",
    authorization: () => Promise.resolve(headers),
  };
}
