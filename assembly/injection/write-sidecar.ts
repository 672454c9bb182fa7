import { Ascii, Elements, Members, Writer, member } from "@kubewarden/as-sdk/assembly/json";
import { Sidecar } from "./sidecar";

/** Marks a container as injected; volumes are not shared out of such containers. */
const INJECTED_ENV: Ascii = '{"name":"IS_INJECTED","value":"true"}';

/**
 * Writes the container as it stands in the Pod: the SidecarSet's container without what only SidecarSets know, with
 * the plan's additions behind the container's own entries. All other members go over as they are written.
 */
export function writeSidecar(writer: Writer, sidecar: Sidecar): void {
  const source = sidecar.source;
  const name = member(source, "name");
  const env = member(source, "env");
  const volumeMounts = member(source, "volumeMounts");
  const volumeDevices = member(source, "volumeDevices");
  const image = member(source, "image");
  const resources = member(source, "resources");
  writer.ascii("{");
  const members = new Members(source);
  while (members.next()) {
    if (isSidecarSetOnly(members)) continue;
    if (members.keyIs("name")) {
      if (members.value == name) writeMember(writer, "name", sidecar.name);
    } else if (members.keyIs("env")) {
      if (members.value == env) writeEnv(writer, env, sidecar.env);
    } else if (members.keyIs("volumeMounts")) {
      if (members.value == volumeMounts)
        writeList(writer, "volumeMounts", volumeMounts, sidecar.volumeMounts);
    } else if (members.keyIs("volumeDevices")) {
      if (members.value == volumeDevices)
        writeList(writer, "volumeDevices", volumeDevices, sidecar.volumeDevices);
    } else if (sidecar.image != 0 && members.keyIs("image")) {
      if (members.value == image) writeMember(writer, "image", sidecar.image);
    } else if (sidecar.resources != 0 && members.keyIs("resources")) {
      if (members.value == resources) writeMember(writer, "resources", sidecar.resources);
    } else {
      writer.separate();
      writer.copy(members.key);
      writer.ascii(":");
      writer.copy(members.value);
    }
  }
  if (env == 0) writeEnv(writer, 0, sidecar.env);
  if (volumeMounts == 0) writeList(writer, "volumeMounts", 0, sidecar.volumeMounts);
  if (volumeDevices == 0) writeList(writer, "volumeDevices", 0, sidecar.volumeDevices);
  if (image == 0 && sidecar.image != 0) writeMember(writer, "image", sidecar.image);
  if (resources == 0 && sidecar.resources != 0) writeMember(writer, "resources", sidecar.resources);
  writer.ascii("}");
}

/** The fields that a SidecarSet adds to a core Container. */
function isSidecarSetOnly(members: Members): bool {
  return (
    members.keyIs("podInjectPolicy") ||
    members.keyIs("upgradeStrategy") ||
    members.keyIs("shareVolumePolicy") ||
    members.keyIs("shareVolumeDevicePolicy") ||
    members.keyIs("transferEnv") ||
    members.keyIs("resourcesPolicy")
  );
}

function writeMember(writer: Writer, name: Ascii, value: usize): void {
  writer.name(name);
  writer.copy(value);
}

function writeEnv(writer: Writer, own: usize, added: Array<usize>): void {
  writer.name("env");
  writer.ascii("[");
  copyElements(writer, own);
  writer.separate();
  writer.ascii(INJECTED_ENV);
  copyAll(writer, added);
  writer.ascii("]");
}

/** An own list that is absent, null or of another kind stays as it is unless something is added to it. */
function writeList(writer: Writer, name: Ascii, own: usize, added: Array<usize>): void {
  if (added.length == 0) {
    if (own != 0) writeMember(writer, name, own);
    return;
  }
  writer.name(name);
  writer.ascii("[");
  copyElements(writer, own);
  copyAll(writer, added);
  writer.ascii("]");
}

function copyElements(writer: Writer, array: usize): void {
  const elements = new Elements(array);
  while (elements.next()) {
    writer.separate();
    writer.copy(elements.value);
  }
}

function copyAll(writer: Writer, values: Array<usize>): void {
  for (let i = 0; i < values.length; i++) {
    writer.separate();
    writer.copy(values[i]);
  }
}
