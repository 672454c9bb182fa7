import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PolicyModule } from "@kubewarden/as-sdk/host";
import { type JsonObject, shown } from "./json/value.ts";
import { applyManifests, readManifests } from "./manifests.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "./sandbox.ts";

const root = new URL("../", import.meta.url);

/** Where the build puts the policy. */
export const policyFile = fileURLToPath(new URL("build/policy.wasm", root));

const manifestDirectory = fileURLToPath(new URL("policy/manifests/", root));

/** What stands for itself in a sandbox: the controller runs in the process, not as a Deployment. */
const replaced = new Set(["Deployment", "Service", "PodDisruptionBudget"]);

/** The project's manifests that make sense in a sandbox: definition, policies, PolicyServer, namespace, RBAC. */
export function projectManifests(): JsonObject[] {
  return readManifests(manifestDirectory).filter((object) => !replaced.has(shown(object["kind"])));
}

/**
 * A sandbox with the project installed: SidecarSets are served and the policies run the built Wasm, whatever
 * their `spec.module` says. Throws when the policy is not built.
 */
export async function startProjectSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  if (!existsSync(policyFile))
    throw new Error(`${policyFile}: expected the built policy, run \`npm run build\``);
  const module = await PolicyModule.load(policyFile);
  const sandbox = await startSandbox({ policyModule: () => module, ...options });
  try {
    applyManifests(sandbox.client, projectManifests());
  } catch (error) {
    await sandbox.close();
    throw error;
  }
  return sandbox;
}
