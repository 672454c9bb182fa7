import {
  Ascii,
  Elements,
  isObject,
  isUnset,
  member,
  Members,
  Splice,
} from "@kubewarden/as-sdk/assembly/json";
import { defaultFieldReference } from "./container";
import { fillJson } from "./fill";

const FILE_MODE: Ascii = "420";

/** Defaults of one volume. A volume without a source is an empty directory. */
export function defaultVolume(edits: Splice, volume: usize): void {
  if (!isObject(volume)) return;
  if (!hasSource(volume)) edits.setMember(volume, "emptyDir").ascii("{}");
  fillJson(edits, member(volume, "hostPath"), "type", '""');
  defaultMode(edits, member(volume, "secret"));
  defaultMode(edits, member(volume, "configMap"));
  const downwardApi = member(volume, "downwardAPI");
  defaultMode(edits, downwardApi);
  defaultItems(edits, downwardApi);
  const projected = member(volume, "projected");
  defaultMode(edits, projected);
  const sources = new Elements(member(projected, "sources"));
  while (sources.next()) defaultProjection(edits, sources.value);
}

/** Whether any member but the name says something: an unknown source is validation's business. */
function hasSource(volume: usize): bool {
  const members = new Members(volume);
  while (members.next()) if (!members.keyIs("name") && !isUnset(members.value)) return true;
  return false;
}

function defaultProjection(edits: Splice, source: usize): void {
  defaultItems(edits, member(source, "downwardAPI"));
  fillJson(edits, member(source, "serviceAccountToken"), "expirationSeconds", "3600");
}

function defaultMode(edits: Splice, source: usize): void {
  fillJson(edits, source, "defaultMode", FILE_MODE);
}

function defaultItems(edits: Splice, downwardApi: usize): void {
  const items = new Elements(member(downwardApi, "items"));
  while (items.next()) defaultFieldReference(edits, items.value);
}
