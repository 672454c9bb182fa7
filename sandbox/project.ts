import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PolicyModule } from "@kubewarden/as-sdk/host";
import { directAccess } from "@sidecarset/controller/k8s/cluster-access.ts";
import {
  type Controller,
  type ControllerOptions,
  startController,
} from "@sidecarset/controller/shell/start-controller.ts";
import { type JsonObject, shown } from "./json/value.ts";
import { applyManifests, readManifests } from "./manifests.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "./sandbox.ts";

const root = new URL("../", import.meta.url);

/** Where the build puts the policy. */
export const policyFile = fileURLToPath(new URL("build/policy.wasm", root));

/** How to start the project: the sandbox's own options and what the controller is to be told. */
export interface ProjectOptions extends Omit<SandboxOptions, "policyModule"> {
  readonly controller?: Omit<ControllerOptions, "access" | "policyModule">;
}

/** The whole project at work. */
export interface Project {
  readonly sandbox: Sandbox;
  readonly controller: Controller;
  /** Stops the controller, then the sandbox. */
  close(): Promise<void>;
}

/** What stands for itself in a sandbox: the controller runs in the process, not as a Deployment. */
const replaced = new Set(["Deployment", "Service", "PodDisruptionBudget"]);

/** The project's manifests that make sense in a sandbox: definition, policies, PolicyServer, namespace, RBAC. */
export function projectManifests(): JsonObject[] {
  const directory = fileURLToPath(new URL("policy/manifests/", root));
  return readManifests(directory).filter((object) => !replaced.has(shown(object["kind"])));
}

/** The built policy. Throws, naming the command, when it is not built. */
export async function loadPolicy(): Promise<PolicyModule> {
  if (!existsSync(policyFile))
    throw new Error(`${policyFile}: expected the built policy, run \`npm run build\``);
  return await PolicyModule.load(policyFile);
}

/**
 * A sandbox with the project's manifests: SidecarSets are served, and the policies run the built Wasm, whatever
 * their `spec.module` says. Nothing runs the controller.
 */
export async function startProjectSandbox(
  options: Omit<SandboxOptions, "policyModule"> = {},
): Promise<Sandbox> {
  const module = await loadPolicy();
  const sandbox = await startSandbox({ ...options, policyModule: () => module });
  try {
    applyManifests(sandbox.client, projectManifests());
  } catch (error) {
    await sandbox.close();
    throw error;
  }
  return sandbox;
}

/** A sandbox with the project's manifests and, in this process, the real controller. */
export async function startProject({ controller: told, ...options }: ProjectOptions = {}): Promise<Project> {
  const sandbox = await startProjectSandbox(options);
  const access = directAccess(sandbox.url);
  const controller = startController({ ...told, access, policyModule: await loadPolicy() });
  return {
    sandbox,
    controller,
    close: async () => {
      await controller.close();
      await sandbox.close();
    },
  };
}
