import {
  type Json,
  type JsonObject,
  copy,
  ensureObject,
  equal,
  isObject,
  objectsAt,
  shown,
  textAt,
} from "../json/value.ts";
import {
  type FieldError,
  duplicate,
  forbiddenField,
  invalidValue,
  missingReference,
  required,
  unsupported,
} from "../schema/field-error.ts";
import { isDnsLabel, dnsLabelRule } from "./metadata-validation.ts";

/** What the core API refuses of a Pod, as far as it matters for sidecars. `old` is absent on create. */
export function validatePod(pod: JsonObject, old: JsonObject | undefined): FieldError[] {
  return old === undefined ? validateNewPod(pod) : validatePodUpdate(pod, old);
}

function validateNewPod(pod: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const volumes = objectsAt(pod, "spec", "volumes");
  errors.push(...uniqueNames(volumes, "spec.volumes", new Set()));
  const volumeNames = new Set(volumes.map((volume) => textAt(volume, "name")));
  if (objectsAt(pod, "spec", "containers").length === 0) errors.push(required("spec.containers"));
  const taken = new Set<string>();
  for (const list of ["containers", "initContainers"]) {
    const containers = objectsAt(pod, "spec", list);
    errors.push(...uniqueNames(containers, `spec.${list}`, taken));
    for (const [index, container] of containers.entries()) {
      errors.push(...validateContainer(container, `spec.${list}[${index}]`, volumeNames, list));
    }
  }
  const policy = textAt(pod, "spec", "restartPolicy") ?? "Always";
  const policies = ["Always", "OnFailure", "Never"];
  if (!policies.includes(policy)) errors.push(unsupported("spec.restartPolicy", policy, policies));
  return errors;
}

function uniqueNames(list: readonly JsonObject[], path: string, taken: Set<string>): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, entry] of list.entries()) {
    const field = `${path}[${index}].name`;
    const name = textAt(entry, "name") ?? "";
    if (name === "") errors.push(required(field));
    else if (!isDnsLabel(name)) errors.push(invalidValue(field, name, dnsLabelRule));
    else if (taken.has(name)) errors.push(duplicate(field, name));
    taken.add(name);
  }
  return errors;
}

function validateContainer(
  container: JsonObject,
  path: string,
  volumes: ReadonlySet<string | undefined>,
  list: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if ((textAt(container, "image") ?? "") === "") errors.push(required(`${path}.image`));
  const pullPolicy = container["imagePullPolicy"] ?? "IfNotPresent";
  const pullPolicies = ["Always", "IfNotPresent", "Never"];
  if (!pullPolicies.includes(shown(pullPolicy))) {
    errors.push(unsupported(`${path}.imagePullPolicy`, pullPolicy, pullPolicies));
  }
  const policy = container["restartPolicy"];
  if (policy !== undefined && list === "containers") {
    errors.push(forbiddenField(`${path}.restartPolicy`, "may not be set for non-init containers"));
  } else if (policy !== undefined && policy !== "Always") {
    errors.push(unsupported(`${path}.restartPolicy`, policy, ["Always"]));
  }
  const mountPaths = new Set<string>();
  for (const [index, mount] of objectsAt(container, "volumeMounts").entries()) {
    const field = `${path}.volumeMounts[${index}]`;
    const name = textAt(mount, "name") ?? "";
    const mountPath = textAt(mount, "mountPath") ?? "";
    if (name === "") errors.push(required(`${field}.name`));
    else if (!volumes.has(name)) errors.push(missingReference(`${field}.name`, name));
    if (mountPath === "") errors.push(required(`${field}.mountPath`));
    else if (mountPaths.has(mountPath))
      errors.push(invalidValue(`${field}.mountPath`, mountPath, "must be unique"));
    mountPaths.add(mountPath);
  }
  for (const [index, variable] of objectsAt(container, "env").entries()) {
    if ((textAt(variable, "name") ?? "") === "") errors.push(required(`${path}.env[${index}].name`));
  }
  for (const [index, port] of objectsAt(container, "ports").entries()) {
    const number = port["containerPort"];
    if (number === undefined) errors.push(required(`${path}.ports[${index}].containerPort`));
    else if (typeof number !== "number" || number < 1 || number > 65535) {
      const rule = "must be between 1 and 65535, inclusive";
      errors.push(invalidValue(`${path}.ports[${index}].containerPort`, number, rule));
    }
  }
  return errors;
}

const immutableRule =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`," +
  "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations)," +
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

function validatePodUpdate(pod: JsonObject, old: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  for (const list of ["containers", "initContainers"]) {
    const containers = objectsAt(pod, "spec", list);
    if (containers.length !== objectsAt(old, "spec", list).length) {
      errors.push(forbiddenField(`spec.${list}`, "pod updates may not add or remove containers"));
    }
    for (const [index, container] of containers.entries()) {
      const image = textAt(container, "image") ?? "";
      const path = `spec.${list}[${index}].image`;
      if (image === "") errors.push(required(path));
      else if (image !== image.trim()) {
        errors.push(invalidValue(path, image, "must not have leading or trailing whitespace"));
      }
    }
  }
  if (errors.length > 0) return errors;
  const tolerations = objectsAt(pod, "spec", "tolerations");
  if (
    objectsAt(old, "spec", "tolerations").some((before) => !tolerations.some((now) => equal(now, before)))
  ) {
    const detail = "existing toleration can not be modified except its tolerationSeconds";
    errors.push(forbiddenField("spec.tolerations", detail));
  }
  if (!equal(fixedPart(pod), fixedPart(old))) errors.push(forbiddenField("spec", immutableRule));
  return errors;
}

/** The spec without what an update may change. */
function fixedPart(pod: JsonObject): Json {
  const spec = copy(ensureObject(copy(pod), "spec"));
  for (const list of ["containers", "initContainers"]) {
    for (const container of objectsAt(spec, list)) delete container["image"];
  }
  for (const key of ["activeDeadlineSeconds", "tolerations"]) delete spec[key];
  for (const key of Object.keys(spec)) {
    const value = spec[key];
    if (Array.isArray(value) && value.length === 0) delete spec[key];
    if (isObject(value) && Object.keys(value).length === 0) delete spec[key];
  }
  return spec;
}
