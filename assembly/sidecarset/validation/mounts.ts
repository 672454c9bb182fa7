import { Ascii, isBlank, isObject, isTrue, member } from "@kubewarden/as-sdk/assembly/json";
import { Place } from "../problems/place";
import { hasStepUp, relativePathRule } from "./names";

const PROPAGATIONS: Ascii = "None HostToContainer Bidirectional";
const RECURSIVE_READ_ONLY: Ascii = "Disabled IfPossible Enabled";

/** Mounts and devices of one container. `volumes` are those that the set declares, by name. */
export function validateMounts(container: Place, volumes: Map<string, usize>): void {
  const paths = new Set<string>();
  const deviceNames = new Set<string>();
  const devices = container.to("volumeDevices").elements();
  while (devices.next()) validateDevice(devices.place, volumes, paths, deviceNames);
  const mounts = container.to("volumeMounts").elements();
  while (mounts.next()) validateMount(mounts.place, container, volumes, paths, deviceNames);
}

function validateMount(
  mount: Place,
  container: Place,
  volumes: Map<string, usize>,
  paths: Set<string>,
  devices: Set<string>,
): void {
  validateVolumeName(mount, volumes);
  if (devices.has(mount.to("name").text)) mount.to("name").expected("a volume that is not used as a device");
  const path = mount.required("mountPath");
  if (path.length > 0 && paths.has(path)) mount.to("mountPath").expected("a path that is used once");
  paths.add(path);
  const subPath = mount.to("subPath");
  const subPathExpr = mount.to("subPathExpr");
  if (!isBlank(subPath.value) && !isBlank(subPathExpr.value)) subPathExpr.forbidden("together with subPath");
  validateSubPath(subPath);
  validateSubPath(subPathExpr);
  validatePropagation(mount, container);
}

function validateDevice(
  device: Place,
  volumes: Map<string, usize>,
  paths: Set<string>,
  names: Set<string>,
): void {
  validateVolumeName(device, volumes);
  const name = device.to("name");
  if (names.has(name.text)) name.expected("a volume that is used once");
  names.add(name.text);
  const volume = volumes.has(name.text) ? volumes.get(name.text) : 0;
  if (volume != 0 && !isBlockVolume(volume))
    name.expected("a volume that is a persistentVolumeClaim or ephemeral");
  const path = device.required("devicePath");
  if (path.length == 0) return;
  if (paths.has(path)) device.to("devicePath").expected("a path that is used once");
  if (hasStepUp(path)) device.to("devicePath").expected("a path without ..");
  paths.add(path);
}

function isBlockVolume(volume: usize): bool {
  return isObject(member(volume, "persistentVolumeClaim")) || isObject(member(volume, "ephemeral"));
}

function validateVolumeName(user: Place, volumes: Map<string, usize>): void {
  const name = user.required("name");
  if (name.length > 0 && !volumes.has(name)) user.to("name").expected("the name of a volume in spec.volumes");
}

function validateSubPath(subPath: Place): void {
  const rule = isBlank(subPath.value) ? "" : relativePathRule(subPath.text);
  if (rule.length > 0) subPath.expected(rule);
}

function validatePropagation(mount: Place, container: Place): void {
  mount.oneOfGiven("mountPropagation", PROPAGATIONS);
  mount.oneOfGiven("recursiveReadOnly", RECURSIVE_READ_ONLY);
  const propagation = mount.to("mountPropagation");
  if (
    propagation.text == "Bidirectional" &&
    !isTrue(container.to("securityContext").to("privileged").value)
  ) {
    propagation.forbidden("for a container that is not privileged");
  }
  const recursive = mount.to("recursiveReadOnly");
  const mode = recursive.text;
  if (mode != "IfPossible" && mode != "Enabled") return;
  if (!isTrue(mount.to("readOnly").value)) recursive.forbidden("for a mount that is not read-only");
  if (!isBlank(propagation.value) && propagation.text != "None") {
    recursive.forbidden("together with mountPropagation");
  }
}
