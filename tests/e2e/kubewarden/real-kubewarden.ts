import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../../../policy/packaging/find-program.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { lastLines } from "../control-plane/supervised-process.ts";
import { serviceRange } from "../policy-server/loopback-addresses.ts";
import { PolicyRegistry } from "../policy-server/policy-registry.ts";
import { PolicyServerPods } from "../policy-server/policy-server-pods.ts";
import { ServiceProxy } from "../policy-server/service-proxy.ts";
import type { ClusterOptions } from "../real-cluster.ts";
import { startKubewardenController } from "./kubewarden-controller.ts";
import type { KubewardenPart } from "./kubewarden-part.ts";

const root = join(import.meta.dirname, "../../..");

/** Kubewarden's own programs. */
export interface KubewardenPrograms {
  readonly controller: string;
  /** Undefined where it is absent; our host then answers in its place. */
  readonly policyServer: string | undefined;
  /** A folder with Kubewarden's CustomResourceDefinitions; without it, ours take their place. */
  readonly definitions: string | undefined;
}

/** The programs, or why they cannot be used. */
export function findKubewarden(): KubewardenPrograms | { readonly absent: string } {
  const policyServer = findProgram("policy-server");
  const controller = findProgram("kubewarden-controller");
  if (controller === undefined) {
    return { absent: "kubewarden-controller is neither in PATH nor named by KUBEWARDEN_CONTROLLER" };
  }
  return { policyServer, controller, definitions: process.env["KUBEWARDEN_CRDS"] || undefined };
}

/** A cluster in which these programs play Kubewarden's part. */
export function withKubewarden(programs: KubewardenPrograms): ClusterOptions {
  return { serviceRange, startKubewarden: (plane) => startRealKubewarden(plane, programs) };
}

/**
 * Kubewarden itself: its controller, and policy-servers in the place of its Deployments' Pods, which pull the
 * annotated policy from a registry. The API server calls them at their Service's address.
 */
async function startRealKubewarden(
  plane: ControlPlane,
  programs: KubewardenPrograms,
): Promise<KubewardenPart> {
  const annotated = join(plane.folder, "annotated-policy.wasm");
  const script = [
    join(root, "scripts/annotate.ts"),
    "--in",
    join(root, "build/policy.wasm"),
    "--out",
    annotated,
  ];
  execFileSync(process.execPath, script, { stdio: "pipe" });
  const registry = await PolicyRegistry.start(readFileSync(annotated));
  const inNode = [process.execPath, join(root, "tests/e2e/policy-server/node-policy-server.ts")];
  if (programs.policyServer === undefined) {
    console.log("policy-server is neither in PATH nor named by POLICY_SERVER: our host answers in its place");
  }
  const command = programs.policyServer === undefined ? inNode : [programs.policyServer];
  const pods = new PolicyServerPods(command, plane);
  const proxy = new ServiceProxy(plane.admin, pods);
  const { controller: executable, definitions } = programs;
  const controller = await startKubewardenController(plane, { executable, definitions });
  return {
    runtime: pods,
    adapted(manifest) {
      const { kind, spec } = manifest;
      if (kind === "PolicyServer")
        return { ...manifest, spec: { ...spec, insecureSources: [registry.host] } };
      if (kind !== "ClusterAdmissionPolicy") return manifest;
      const module = String(spec?.["module"]).replace("registry://ghcr.io", `registry://${registry.host}`);
      return { ...manifest, spec: { ...spec, module } };
    },
    problems() {
      const code = controller.ended();
      const ended = code === null ? [] : [`kubewarden-controller: ended with ${code}`];
      return [...ended, ...pods.crashes.map((crash) => `policy-server: ${crash}`)];
    },
    takeCrashes: () => pods.takeCrashes(),
    log: () => [lastLines(controller, 10), pods.log()].join("\n"),
    summary: () => `${pods.started} policy-servers started`,
    async interrupt() {
      const resume = proxy.interrupt();
      return async () => resume();
    },
    async stop() {
      await controller.stop();
      await proxy.stop();
      await pods.stop();
      await registry.stop();
    },
  };
}
