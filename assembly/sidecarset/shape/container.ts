import { envFrom, envVar, objectFieldSelector } from "./env";
import { Fields, Presence } from "./fields";
import { lifecycle, probe } from "./probe";
import { securityContext } from "./security-context";

/** An entry of `spec.containers` or `spec.initContainers`: a core container and the SidecarSet fields behind it. */
export function sidecarContainer(fields: Fields): void {
  container(fields);
  fields.text("podInjectPolicy", Presence.NotZero);
  fields.object("upgradeStrategy", upgradeStrategy, Presence.Always);
  fields.object("shareVolumePolicy", shareVolumePolicy, Presence.Always);
  fields.object("shareVolumeDevicePolicy", shareVolumePolicy, Presence.NotNull);
  fields.objects("transferEnv", transferEnv);
  fields.object("resourcesPolicy", resourcesPolicy, Presence.NotNull);
}

/** A core container as of Kubernetes 1.32; later fields do not take part in hashes. */
function container(fields: Fields): void {
  fields.text("name", Presence.Always);
  fields.image("image");
  fields.texts("command");
  fields.texts("args");
  fields.text("workingDir", Presence.NotZero);
  fields.objects("ports", containerPort);
  fields.objects("envFrom", envFrom);
  fields.objects("env", envVar);
  fields.object("resources", resources, Presence.Always);
  fields.objects("resizePolicy", resizePolicy);
  fields.text("restartPolicy", Presence.NotNull);
  fields.objects("volumeMounts", volumeMount);
  fields.objects("volumeDevices", volumeDevice);
  fields.object("livenessProbe", probe, Presence.NotNull);
  fields.object("readinessProbe", probe, Presence.NotNull);
  fields.object("startupProbe", probe, Presence.NotNull);
  fields.object("lifecycle", lifecycle, Presence.NotNull);
  fields.text("terminationMessagePath", Presence.NotZero);
  fields.text("terminationMessagePolicy", Presence.NotZero);
  fields.text("imagePullPolicy", Presence.NotZero);
  fields.object("securityContext", securityContext, Presence.NotNull);
  fields.boolean("stdin", Presence.NotZero);
  fields.boolean("stdinOnce", Presence.NotZero);
  fields.boolean("tty", Presence.NotZero);
}

function containerPort(fields: Fields): void {
  fields.text("name", Presence.NotZero);
  fields.integer("hostPort", Presence.NotZero);
  fields.integer("containerPort", Presence.Always);
  fields.text("protocol", Presence.NotZero);
  fields.text("hostIP", Presence.NotZero);
}

function resources(fields: Fields): void {
  fields.quantities("limits");
  fields.quantities("requests");
  fields.objects("claims", resourceClaim);
}

function resourceClaim(fields: Fields): void {
  fields.text("name", Presence.Always);
  fields.text("request", Presence.NotZero);
}

function resizePolicy(fields: Fields): void {
  fields.text("resourceName", Presence.Always);
  fields.text("restartPolicy", Presence.Always);
}

function volumeMount(fields: Fields): void {
  fields.text("name", Presence.Always);
  fields.boolean("readOnly", Presence.NotZero);
  fields.text("recursiveReadOnly", Presence.NotNull);
  fields.text("mountPath", Presence.Always);
  fields.text("subPath", Presence.NotZero);
  fields.text("mountPropagation", Presence.NotNull);
  fields.text("subPathExpr", Presence.NotZero);
}

function volumeDevice(fields: Fields): void {
  fields.text("name", Presence.Always);
  fields.text("devicePath", Presence.Always);
}

function upgradeStrategy(fields: Fields): void {
  fields.text("upgradeType", Presence.NotZero);
  fields.text("hotUpgradeEmptyImage", Presence.NotZero);
}

function shareVolumePolicy(fields: Fields): void {
  fields.text("type", Presence.NotZero);
}

function transferEnv(fields: Fields): void {
  fields.text("sourceContainerName", Presence.NotZero);
  fields.object("sourceContainerNameFrom", sourceContainerNameFrom, Presence.NotNull);
  fields.text("envName", Presence.NotZero);
  fields.texts("envNames");
}

function sourceContainerNameFrom(fields: Fields): void {
  fields.object("fieldRef", objectFieldSelector, Presence.NotNull);
}

function resourcesPolicy(fields: Fields): void {
  fields.text("targetContainersMode", Presence.Always);
  fields.text("targetContainersNameRegex", Presence.NotZero);
  fields.object("resourcesExpr", resourcesExpr, Presence.Always);
}

function resourcesExpr(fields: Fields): void {
  fields.object("limits", expressions, Presence.NotNull);
  fields.object("requests", expressions, Presence.NotNull);
}

function expressions(fields: Fields): void {
  fields.text("cpu", Presence.NotZero);
  fields.text("memory", Presence.NotZero);
}
