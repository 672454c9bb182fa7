import { Ascii } from "@kubewarden/as-sdk/assembly/json";
import { Names } from "../../document/names";
import { isNativeSidecar } from "../hash/hashes";
import { Place } from "../problems/place";
import { validateEnv, validateEnvFrom } from "./env";
import { validateMounts } from "./mounts";
import { dnsLabelRule } from "./names";
import { validatePorts } from "./ports";
import { validateLifecycle, validateProbes } from "./probe";
import { validateResizePolicy, validateResources } from "./resources";
import { validateSecurityContext } from "./security-context";

const PULL_POLICIES: Ascii = "Always IfNotPresent Never";
const TERMINATION_MESSAGE_POLICIES: Ascii = "File FallbackToLogsOnError";
const NOT_FOR_INIT: StaticArray<Ascii> = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"];

/** What the containers of a set share while they are checked. */
export class Neighbours {
  /** Names of containers and init containers so far. */
  readonly names: Names = new Names();
  readonly hostPorts: Names = new Names();

  constructor(readonly volumes: Map<string, usize>) {}
}

/** A container that runs beside those of the Pod. */
export function validateContainer(container: Place, neighbours: Neighbours): void {
  validateCommon(container, neighbours, neighbours.hostPorts);
  container.forbid("restartPolicy", "outside of init containers");
  validateLifecycle(container.to("lifecycle"));
  validateProbes(container);
}

/** An init container, native sidecar or not: one that ends cannot be probed, resized or hooked. */
export function validateInitContainer(container: Place, neighbours: Neighbours): void {
  validateCommon(container, neighbours, new Names());
  if (isNativeSidecar(container.value)) {
    validateLifecycle(container.to("lifecycle"));
    validateProbes(container);
    return;
  }
  const restartPolicy = container.to("restartPolicy");
  if (restartPolicy.isSet) restartPolicy.expected('"Always" or nothing');
  for (let i = 0; i < NOT_FOR_INIT.length; i++) {
    container.forbid(NOT_FOR_INIT[i], 'for an init container without restartPolicy "Always"');
  }
  const resizePolicy = container.to("resizePolicy");
  if (resizePolicy.hasItems) {
    resizePolicy.forbidden('for an init container without restartPolicy "Always"');
  }
}

function validateCommon(container: Place, neighbours: Neighbours, hostPorts: Names): void {
  validateName(container, neighbours.names);
  const image = container.required("image");
  if (image.length > 0 && image.trim() != image)
    container.to("image").expected("no white space around the image");
  container.oneOf("imagePullPolicy", PULL_POLICIES);
  container.oneOf("terminationMessagePolicy", TERMINATION_MESSAGE_POLICIES);
  validatePorts(container.to("ports"), hostPorts);
  validateEnv(container.to("env"));
  validateEnvFrom(container.to("envFrom"));
  validateMounts(container, neighbours.volumes);
  validateResources(container.to("resources"));
  validateResizePolicy(container.to("resizePolicy"));
  validateSecurityContext(container.to("securityContext"));
}

function validateName(container: Place, names: Names): void {
  const name = container.requiredBy("name", dnsLabelRule);
  if (name.length == 0 || names.add(name)) return;
  container.to("name").expected("a name that no other container of the set has");
}
