import { Ascii, isBlank, isObject, isTrue, member } from "@kubewarden/as-sdk/assembly/json";
import { Names } from "../../document/names";
import { Place } from "../problems/place";
import { hasStepUp, relativePathRule } from "./names";

const PROPAGATIONS: Ascii = "None HostToContainer Bidirectional";
const RECURSIVE_READ_ONLY: Ascii = "Disabled IfPossible Enabled";

/** Mounts and devices of one container. `volumes` are those that the set declares, by name. */
export function validateMounts(container: Place, volumes: Map<string, usize>): void {
  const paths = new Names();
  const deviceNames = new Names();
  const devices = container.to("volumeDevices").elements();
  while (devices.next()) validateDevice(devices.place, volumes, paths, deviceNames);
  const mounts = container.to("volumeMounts").elements();
  while (mounts.next()) validateMount(mounts.place, container, volumes, paths, deviceNames);
}

function validateMount(
  mount: Place,
  container: Place,
  volumes: Map<string, usize>,
  paths: Names,
  devices: Names,
): void {
  validateVolumeName(mount, volumes);
  if (devices.has(mount.to("name").text)) mount.to("name").expected("a volume that is not used as a device");
  const path = mount.required("mountPath");
  if (!paths.add(path) && path.length > 0) mount.to("mountPath").expected("a path that is used once");
  const subPath = mount.to("subPath");
  const subPathExpr = mount.to("subPathExpr");
  if (!isBlank(subPath.value) && !isBlank(subPathExpr.value)) subPathExpr.forbidden("together with subPath");
  subPath.follow(relativePathRule);
  subPathExpr.follow(relativePathRule);
  validatePropagation(mount, container);
}

function validateDevice(device: Place, volumes: Map<string, usize>, paths: Names, names: Names): void {
  validateVolumeName(device, volumes);
  const name = device.to("name");
  if (!names.add(name.text)) name.expected("a volume that is used once");
  const volume = volumes.has(name.text) ? volumes.get(name.text) : 0;
  if (volume != 0 && !isBlockVolume(volume))
    name.expected("a volume that is a persistentVolumeClaim or ephemeral");
  const path = device.required("devicePath");
  if (path.length == 0) return;
  if (!paths.add(path)) device.to("devicePath").expected("a path that is used once");
  if (hasStepUp(path)) device.to("devicePath").expected("a path without ..");
}

function isBlockVolume(volume: usize): bool {
  return isObject(member(volume, "persistentVolumeClaim")) || isObject(member(volume, "ephemeral"));
}

function validateVolumeName(user: Place, volumes: Map<string, usize>): void {
  const name = user.required("name");
  if (name.length > 0 && !volumes.has(name)) user.to("name").expected("the name of a volume in spec.volumes");
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
