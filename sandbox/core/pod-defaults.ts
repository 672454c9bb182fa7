import { type JsonObject, ensureObject, isObject, objectsAt, textAt } from "../json/value.ts";

/** Sets a member when it is absent or null. */
function fill(object: JsonObject, key: string, value: JsonObject[string]): void {
  object[key] ??= value;
}

/** The defaults of the core API for a Pod, as far as they are visible to users; in place. */
export function defaultPod(pod: JsonObject): void {
  const spec = ensureObject(pod, "spec");
  fill(spec, "restartPolicy", "Always");
  fill(spec, "terminationGracePeriodSeconds", 30);
  fill(spec, "dnsPolicy", "ClusterFirst");
  fill(spec, "serviceAccountName", "default");
  fill(spec, "serviceAccount", spec["serviceAccountName"] ?? "default");
  fill(spec, "securityContext", {});
  fill(spec, "schedulerName", "default-scheduler");
  fill(spec, "enableServiceLinks", true);
  fill(spec, "priority", 0);
  fill(spec, "preemptionPolicy", "PreemptLowerPriority");
  tolerateNodeFailure(spec);
  for (const list of ["initContainers", "containers", "ephemeralContainers"]) {
    for (const container of objectsAt(spec, list)) defaultContainer(container);
  }
  for (const volume of objectsAt(spec, "volumes")) defaultVolume(volume);
  for (const condition of objectsAt(pod, "status", "conditions")) {
    fill(condition, "lastProbeTime", null);
    fill(condition, "lastTransitionTime", null);
  }
  for (const list of ["initContainerStatuses", "containerStatuses"]) {
    for (const status of objectsAt(pod, "status", list)) {
      fill(status, "state", {});
      fill(status, "lastState", {});
    }
  }
}

/** A Pod stays five minutes on a node that fails, unless it says otherwise. */
function tolerateNodeFailure(spec: JsonObject): void {
  const present = objectsAt(spec, "tolerations");
  for (const key of ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]) {
    const covers = (toleration: JsonObject): boolean =>
      (toleration["key"] === key || (toleration["key"] ?? "") === "") &&
      ["NoExecute", "", undefined].includes(textAt(toleration, "effect"));
    if (present.some(covers)) continue;
    present.push({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 });
  }
  spec["tolerations"] = present;
}

function defaultContainer(container: JsonObject): void {
  fill(container, "resources", {});
  fill(container, "terminationMessagePath", "/dev/termination-log");
  fill(container, "terminationMessagePolicy", "File");
  fill(container, "imagePullPolicy", isLatest(textAt(container, "image") ?? "") ? "Always" : "IfNotPresent");
  for (const port of objectsAt(container, "ports")) fill(port, "protocol", "TCP");
  for (const variable of objectsAt(container, "env")) {
    const source = variable["valueFrom"];
    if (isObject(source) && isObject(source["fieldRef"])) fill(source["fieldRef"], "apiVersion", "v1");
  }
  for (const name of ["livenessProbe", "readinessProbe", "startupProbe"]) {
    const probe = container[name];
    if (isObject(probe)) defaultProbe(probe);
  }
  const resources = container["resources"];
  if (isObject(resources) && isObject(resources["limits"])) {
    const requests = ensureObject(resources, "requests");
    for (const [resource, limit] of Object.entries(resources["limits"])) fill(requests, resource, limit);
  }
}

function defaultProbe(probe: JsonObject): void {
  fill(probe, "timeoutSeconds", 1);
  fill(probe, "periodSeconds", 10);
  fill(probe, "successThreshold", 1);
  fill(probe, "failureThreshold", 3);
  if (isObject(probe["httpGet"])) {
    fill(probe["httpGet"], "path", "/");
    fill(probe["httpGet"], "scheme", "HTTP");
  }
}

function defaultVolume(volume: JsonObject): void {
  if (Object.keys(volume).every((key) => key === "name")) volume["emptyDir"] = {};
  for (const kind of ["secret", "configMap", "projected", "downwardAPI"]) {
    const source = volume[kind];
    if (isObject(source)) fill(source, "defaultMode", 420);
  }
  if (isObject(volume["hostPath"])) fill(volume["hostPath"], "type", "");
}

/** Whether an image reference means the moving tag: no tag and no digest, or `:latest`. */
function isLatest(image: string): boolean {
  if (image.includes("@")) return false;
  const last = image.slice(image.lastIndexOf("/") + 1);
  return !last.includes(":") || last.endsWith(":latest");
}
