/**
 * A policy-server in Node: reads the environment and the files that Kubewarden's controller gives its Pods, pulls the policies,
 * ends when settings are refused, and answers reviews with our host. Takes the place of the real one where that is absent.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { PolicyModule } from "@kubewarden/as-sdk/host";
import { ApiClient } from "../control-plane/api-client.ts";
import { readKubeconfig } from "../control-plane/kubeconfig.ts";
import { AdmissionServer, type ServedPolicy } from "../kubewarden/admission-server.ts";
import { answerFrom } from "../kubewarden/host-capabilities.ts";
import type { PolicyEntry } from "../kubewarden/policy-configuration.ts";

const variable = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name}: expected a value`);
  return value;
};
const text = (name: string): string => readFileSync(variable(name), "utf8");

const client = new ApiClient(readKubeconfig(text("KUBECONFIG")));
const entries: Record<string, PolicyEntry> = JSON.parse(text("KUBEWARDEN_POLICIES"));
const served = new Map<string, ServedPolicy>();
for (const [id, entry] of Object.entries(entries)) {
  const module = await PolicyModule.load(await pull(entry.module));
  const { valid, message } = module.validateSettings(entry.settings);
  if (!valid) {
    console.error(`${id}: Policy settings are invalid: ${message}`);
    process.exit(1);
  }
  const { policyMode: mode, allowedToMutate: mutating, contextAwareResources = [] } = entry;
  served.set(id, {
    module,
    settings: entry.settings ?? {},
    enforcement: { policy: id, mutating, mode, ...(entry.message && { message: entry.message }) },
    capabilities: () => answerFrom(client, contextAwareResources),
  });
}

const certificate = { certificate: text("KUBEWARDEN_CERT_FILE"), key: text("KUBEWARDEN_KEY_FILE") };
const server = new AdmissionServer(certificate);
server.policies = served;
await server.listen(Number(variable("KUBEWARDEN_PORT")), variable("KUBEWARDEN_BIND_ADDRESS"));
const probe = createServer((_request, response) => response.end());
probe.listen(Number(variable("KUBEWARDEN_READINESS_PROBE_PORT")), variable("KUBEWARDEN_BIND_ADDRESS"));

/** The Wasm behind `registry://HOST/REPOSITORY:TAG`. */
async function pull(module: string): Promise<Uint8Array> {
  const [, host = "", repository = "", tag = ""] = /^registry:\/\/([^/]+)\/(.+):([^:]+)$/.exec(module) ?? [];
  const base = `http://${host}/v2/${repository}`;
  const manifest: { layers: { digest: string }[] } = JSON.parse(
    await (await fetch(`${base}/manifests/${tag}`)).text(),
  );
  const blob = await fetch(`${base}/blobs/${manifest.layers[0]?.digest}`);
  return new Uint8Array(await blob.arrayBuffer());
}
