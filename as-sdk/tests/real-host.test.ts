// The SDK in Kubewarden's own host, through kwctl: what no host of ours can prove.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { PolicyModule, admit } from "@kubewarden/as-sdk/host";
import { type Exchange, exchanges } from "./capabilities/exchanges.ts";
import { capabilitiesGuest } from "./capabilities/guest.ts";
import { compile } from "./compile.ts";

const METADATA = `
rules: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], operations: ["CREATE"] }]
mutating: false
contextAwareResources:
  - { apiVersion: v1, kind: Pod }
  - { apiVersion: v1, kind: Namespace }
  - { apiVersion: apps/v1, kind: Deployment }
`;

const kwctl = findKwctl();
const skip = kwctl === undefined ? "skipped, because kwctl is neither in PATH nor named by KWCTL" : false;
const folder = mkdtempSync(join(tmpdir(), "as-sdk-kwctl-"));
const example = fileURLToPath(new URL("../example", import.meta.url));

/** Annotates a policy; answers where it is. */
function annotate(name: string, module: Uint8Array, metadata: string): string {
  const policy = join(folder, `${name}.annotated.wasm`);
  const annotated = run("annotate", "-m", metadata, "-o", policy, write(`${name}.wasm`, module));
  assert.equal(annotated.status, 0, annotated.stderr);
  return policy;
}

let policy = "";

before(async () => {
  if (skip) return;
  policy = annotate("capabilities", await capabilitiesGuest(), write("metadata.yml", METADATA));
});

/** What kwctl's sessions call a request, and its fields, for a call of ours. */
function recorded({ namespace, operation, payload }: Exchange): [type: string, fields: unknown] {
  const types: Record<string, string> = {
    get_resource: "KubernetesGetResource",
    list_resources_all: "KubernetesListResourceAll",
    list_resources_by_namespace: "KubernetesListResourceNamespace",
    "v1/manifest_digest": "OciManifestDigest",
    "v1/oci_manifest": "OciManifest",
    "v1/oci_manifest_config": "OciManifestAndConfig",
  };
  const fields = Object(payload);
  if (operation === "v2/verify") {
    const { type, ...rest } = fields;
    return [type, rest];
  }
  if (operation === "can_i") {
    const { subject_access_review, disable_cache } = fields;
    return ["KubernetesCanI", { request: subject_access_review, disable_cache }];
  }
  if (namespace === "crypto") return ["CryptoIsCertificateTrusted", { request: payload }];
  if (namespace === "net") return ["DNSLookupHost", { host: payload }];
  return [types[operation] ?? operation, typeof payload === "string" ? { image: payload } : payload];
}

test("the host understands every call, field by field, and the guest gets its answers", { skip }, () => {
  const session = exchanges.map((exchange, index) => {
    const [type, fields] = recorded(exchange);
    const response =
      index % 2 === 0
        ? { type: "Success", payload: `{"n":${index}}` }
        : { type: "Error", message: `no ${index}` };
    return { type: "Exchange", request: `!${type} ${JSON.stringify(fields)}`, response };
  });
  const warnings = replay(
    exchanges.map(({ call }) => call),
    session,
  );
  for (const [index, { call }] of exchanges.entries()) {
    if (index % 2 === 0) assert.equal(warnings[index], `{"n":${index}}`, call);
    else assert.match(warnings[index] ?? "", new RegExp(`^error: .*no ${index}$`), call);
  }
});

test("a session that differs is noticed", { skip }, () => {
  const request = '!DNSLookupHost {"host":"example.com"}';
  const [warning] = replay(
    ["lookup"],
    [{ type: "Exchange", request, response: { type: "Success", payload: "1" } }],
  );
  assert.match(warning ?? "", /^error: .*unexpected request.*example\.com.*kubewarden\.io/);
});

test("the host takes log events", { skip }, () => {
  assert.deepEqual(replay(["tracing", "tracing fields"], []), ["", ""]);
});

test("the example runs as built, and our host answers like the real one", { skip }, async () => {
  const module = await compile(example, ["--target", "release"]);
  const annotated = annotate("labels", module, join(example, "metadata.yml"));
  const ours = await PolicyModule.load(module);
  const settings = { forbidden: ["secret"], defaults: { "a/b~c": "x", app: "none" } };
  for (const labels of [undefined, {}, { app: "web", "a/b~c": "" }, { secret: "" }]) {
    const request = requestFor({
      kind: "Pod",
      metadata: { name: "web", ...(labels && { labels }) },
      n: null,
    });
    const files = ["-r", write("request.json", JSON.stringify(request))];
    files.push("-s", write("settings.json", JSON.stringify(settings)));
    const { status, stdout, stderr } = run("run", ...files, annotated);
    assert.equal(status, 0, stderr);
    const enforcement = { policy: "labels", mutating: true };
    assert.deepEqual(JSON.parse(stdout), admit(ours, request, settings, enforcement));
  }
});

function requestFor(object: unknown) {
  return {
    uid: "1",
    kind: { group: "", version: "v1", kind: "Pod" },
    resource: { group: "", version: "v1", resource: "pods" },
    operation: "CREATE",
    userInfo: {},
    object,
  };
}

/** Lets the policy make calls that a session answers; JSON is YAML. */
function replay(calls: string[], session: unknown[]): string[] {
  const files = ["-r", write("request.json", JSON.stringify(requestFor({})))];
  files.push("-s", write("settings.json", JSON.stringify({ calls })));
  files.push("--replay-host-capabilities-interactions", write("session.yml", JSON.stringify(session)));
  const { status, stdout, stderr } = run("run", "--allow-context-aware", ...files, policy);
  assert.equal(status, 0, stderr);
  const answer = JSON.parse(stdout);
  assert.equal(answer.allowed, true, stdout);
  return answer.warnings;
}

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function run(...args: string[]) {
  return spawnSync(kwctl ?? "", args, {
    encoding: "utf8",
    timeout: 60_000,
    // kwctl fetches Sigstore's roots, which a local module needs none of: let that fail at once.
    env: {
      ...process.env,
      HOME: folder,
      NO_COLOR: "1",
      RUST_BACKTRACE: "0",
      HTTPS_PROXY: "http://127.0.0.1:9",
    },
  });
}

function findKwctl(): string | undefined {
  const named = process.env["KWCTL"];
  const candidates = named
    ? [named]
    : (process.env["PATH"] ?? "").split(delimiter).map((dir) => join(dir, "kwctl"));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
