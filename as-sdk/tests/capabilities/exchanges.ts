/** A call of the guest and what it must ask the host. */
export interface Exchange {
  /** Name of the call in the guest. */
  readonly call: string;
  readonly namespace: string;
  readonly operation: string;
  readonly payload: unknown;
}

const image = "ghcr.io/a/b:1";
const annotations = { env: "prod", 'q"': "" };
const identities = (subject: string) => [
  { issuer: "https://issuer", [subject]: "s1" },
  { issuer: "i2", [subject]: "s2" },
];

const table: [call: string, target: string, payload: unknown][] = [
  [
    "kubernetes get",
    "kubernetes get_resource",
    {
      api_version: "v1",
      kind: "Pod",
      name: "web",
      namespace: "default",
      disable_cache: true,
      field_masks: ["spec.containers.image", "status.phase"],
    },
  ],
  [
    "kubernetes get cluster",
    "kubernetes get_resource",
    { api_version: "v1", kind: "Namespace", name: "default", disable_cache: false },
  ],
  ["kubernetes list", "kubernetes list_resources_all", { api_version: "apps/v1", kind: "Deployment" }],
  [
    "kubernetes list namespace",
    "kubernetes list_resources_by_namespace",
    {
      api_version: "apps/v1",
      kind: "Deployment",
      namespace: "default",
      label_selector: "a=b,c in (d)",
      field_selector: "metadata.name=x",
      field_masks: ["metadata.labels"],
    },
  ],
  [
    "kubernetes can",
    "kubernetes can_i",
    {
      subject_access_review: { user: "me", resource_attributes: { verb: "get", resource: "pods" } },
      disable_cache: false,
    },
  ],
  [
    "kubernetes can all",
    "kubernetes can_i",
    {
      subject_access_review: {
        user: "me",
        groups: ["g1", "g2"],
        resource_attributes: {
          verb: "update",
          resource: "deployments",
          group: "apps",
          version: "v1",
          subresource: "scale",
          namespace: "n",
          name: "d",
        },
      },
      disable_cache: true,
    },
  ],
  [
    "verify keys",
    "oci v2/verify",
    { type: "SigstorePubKeyVerify", image, pub_keys: ["-----BEGIN\nkey", "2"] },
  ],
  [
    "verify keys with annotations",
    "oci v2/verify",
    { type: "SigstorePubKeyVerify", image, pub_keys: ["1"], annotations },
  ],
  [
    "verify keyless",
    "oci v2/verify",
    { type: "SigstoreKeylessVerify", image, keyless: identities("subject"), annotations },
  ],
  [
    "verify prefix",
    "oci v2/verify",
    { type: "SigstoreKeylessPrefixVerify", image, keyless_prefix: identities("url_prefix") },
  ],
  [
    "verify github",
    "oci v2/verify",
    { type: "SigstoreGithubActionsVerify", image, owner: "owner", repo: "repo", annotations },
  ],
  ["verify github owner", "oci v2/verify", { type: "SigstoreGithubActionsVerify", image, owner: "owner" }],
  [
    "verify certificate",
    "oci v2/verify",
    { type: "SigstoreCertificateVerify", image, certificate: [255, 254], require_rekor_bundle: false },
  ],
  [
    "verify certificate with chain",
    "oci v2/verify",
    {
      type: "SigstoreCertificateVerify",
      image,
      certificate: [255],
      certificate_chain: [
        [255, 254],
        [255, 254, 253],
      ],
      require_rekor_bundle: true,
      annotations,
    },
  ],
  ["manifest_digest", "oci v1/manifest_digest", image],
  ["oci_manifest", "oci v1/oci_manifest", image],
  ["oci_manifest_config", "oci v1/oci_manifest_config", image],
  ["lookup", "net v1/dns_lookup_host", "kubewarden.io"],
  [
    "certificate",
    "crypto v1/is_certificate_trusted",
    { cert: { encoding: "Der", data: [255] }, not_after: null },
  ],
  [
    "certificate with chain",
    "crypto v1/is_certificate_trusted",
    {
      cert: { encoding: "Pem", data: [255, 254, 253] },
      cert_chain: [
        { encoding: "Pem", data: [255, 254] },
        { encoding: "Pem", data: [] },
      ],
      not_after: "2030-01-01T00:00:00Z",
    },
  ],
];

/** Every capability, with the least and the most that a policy can ask. */
export const exchanges: readonly Exchange[] = table.map(([call, target, payload]) => {
  const [namespace = "", operation = ""] = target.split(" ");
  return { call, namespace, operation, payload };
});
