import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { PolicyModule, type HostCapabilities, type ValidationResponse } from "@kubewarden/as-sdk/host";
import { compile } from "./compile.ts";

const SDK = fileURLToPath(new URL("..", import.meta.url));
const ABORT = "abort=assembly/guest/abort/abort";
const decoder = new TextDecoder();
const events: unknown[] = [];
let policy: PolicyModule;

before(async () => {
  const flags = ["--config", "none", "--runtime", "stub", "--enable", "simd", "--exportStart", "wapc_init"];
  const guest = await compile(SDK, ["tests/assembly/guests/capabilities.ts", ...flags, "--use", ABORT]);
  policy = await PolicyModule.load(guest, { trace: (event) => events.push(event) });
});

interface Exchange {
  target: string;
  payload: unknown;
}

/** Lets the guest call one capability; answers its verdict and what the host was asked. */
function call(name: string, answer: string | Error): { verdict: ValidationResponse; asked: Exchange[] } {
  const asked: Exchange[] = [];
  const host: HostCapabilities = (namespace, operation, payload) => {
    asked.push({ target: `${namespace} ${operation}`, payload: JSON.parse(decoder.decode(payload)) });
    if (answer instanceof Error) throw answer;
    return new TextEncoder().encode(answer);
  };
  return { verdict: policy.validate({ call: name }, {}, host), asked };
}

const image = "ghcr.io/a/b:1";
const annotations = { env: "prod", 'q"': "" };
const identities = (subject: string) => [
  { issuer: "https://issuer", [subject]: "s1" },
  { issuer: "i2", [subject]: "s2" },
];

const exchanges: [call: string, target: string, payload: unknown][] = [
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
  ["certificate", "crypto v1/is_certificate_trusted", { cert: { encoding: "Der", data: [255] } }],
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

for (const [name, target, payload] of exchanges) {
  test(`${name}: the host is asked ${target} and its answer or error comes back`, () => {
    const answered = call(name, ' {"n":9007199254740993} ');
    assert.deepEqual(answered.asked, [{ target, payload }]);
    assert.deepEqual(answered.verdict, { accepted: true, warnings: ['{"n":9007199254740993}'] });
    const failed = call(name, new Error("the hôst says no"));
    assert.deepEqual(failed.verdict, { accepted: false, message: "the hôst says no" });
  });
}

test("an answer that is not JSON, no answer and an error without a text are no traps", () => {
  assert.deepEqual(call("lookup", '{"ips":').verdict, {
    accepted: false,
    message: "net/v1/dns_lookup_host: the host's answer is not JSON at byte 7",
  });
  assert.deepEqual(call("lookup", "").verdict, { accepted: true });
  assert.deepEqual(call("lookup", new Error("")).verdict, {
    accepted: false,
    message: "net/v1/dns_lookup_host: the host gave no reason",
  });
});

test("a policy without capabilities is told so", () => {
  const verdict = policy.validate({ call: "lookup" }, {});
  assert.match(verdict.message ?? "", /not been granted access to the 'net\/v1\/dns_lookup_host'/);
});

test("events go to the host's log with their fields", () => {
  events.length = 0;
  assert.deepEqual(policy.validate({ call: "tracing" }, {}), { accepted: true });
  assert.deepEqual(policy.validate({ call: "tracing fields" }, {}), { accepted: true });
  assert.deepEqual(events, [
    { level: "warning", message: 'a "b"\né' },
    { level: "debug", message: "m", policy: "p", count: -3, request: { call: "tracing fields" } },
  ]);
});
