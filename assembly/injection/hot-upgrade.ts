import {
  Ascii,
  Members,
  Writer,
  decode,
  isObject,
  isText,
  member,
  textEquals,
} from "@kubewarden/as-sdk/assembly/json";
import { jsonText } from "../document/json-text";
import { parseText } from "../document/parse-text";
import { sortedMembers } from "../sidecarset/hash/sorted-members";
import { AnnotationEdits } from "./annotation-edits";
import { Sidecar } from "./sidecar";

const WORKING_ANNOTATION: Ascii = "kruise.io/sidecarset-working-hotupgrade-container";
const VERSION_PREFIX: Ascii = "version.sidecarset.kruise.io/";
const ALTERNATIVE_PREFIX: Ascii = "versionalt.sidecarset.kruise.io/";

/** Whether a container is upgraded by switching between two copies of it. */
export function isHot(container: usize): bool {
  return textEquals(member(member(container, "upgradeStrategy"), "upgradeType"), "HotUpgrade");
}

/**
 * The two containers that stand for a hot-upgraded one: `NAME-1`, which works, and `NAME-2` with the empty image. Both
 * learn from their annotations which of them is the newer; `edits` gets these annotations.
 */
export function hotPair(sidecar: Sidecar, edits: AnnotationEdits): Array<Sidecar> {
  const name = decode(sidecar.name);
  const working = copyOf(sidecar, name + "-1");
  const waiting = copyOf(sidecar, name + "-2");
  const emptyImage = member(member(sidecar.source, "upgradeStrategy"), "hotUpgradeEmptyImage");
  waiting.image = isText(emptyImage) ? emptyImage : jsonText("");
  setVersions(edits, name + "-1", "1", "0");
  setVersions(edits, name + "-2", "0", "1");
  setWorking(edits, sidecar.name, name + "-1");
  return [working, waiting];
}

function copyOf(sidecar: Sidecar, name: string): Sidecar {
  const copy = new Sidecar(sidecar.set, sidecar.source, jsonText(name), sidecar.init);
  copy.env = sidecar.env.slice();
  copy.volumeMounts = sidecar.volumeMounts;
  copy.volumeDevices = sidecar.volumeDevices;
  copy.resources = sidecar.resources;
  copy.env.push(versionEnv("SIDECARSET_VERSION", `${VERSION_PREFIX}${name}`));
  copy.env.push(versionEnv("SIDECARSET_VERSION_ALT", `${ALTERNATIVE_PREFIX}${name}`));
  return copy;
}

function versionEnv(name: string, annotation: string): usize {
  const entry = new Writer(256);
  entry.ascii("{");
  entry.name("name");
  entry.text(name);
  entry.ascii(',"valueFrom":{"fieldRef":{"fieldPath":');
  entry.text(`metadata.annotations['${annotation}']`);
  entry.ascii("}}}");
  return entry.seal();
}

function setVersions(edits: AnnotationEdits, container: string, version: string, alternative: string): void {
  edits.set(jsonText(`${VERSION_PREFIX}${container}`), jsonText(version));
  edits.set(jsonText(`${ALTERNATIVE_PREFIX}${container}`), jsonText(alternative));
}

/** Notes the working container of a sidecar beside those of other sidecars; what cannot be read is dropped. */
function setWorking(edits: AnnotationEdits, sidecar: usize, working: string): void {
  const key = jsonText(WORKING_ANNOTATION.toString());
  const now = parsedTexts(edits.value(key));
  const merged = new Writer(256);
  merged.ascii("{");
  const members = new Members(now);
  while (members.next()) {
    merged.separate();
    merged.copy(members.key);
    merged.ascii(":");
    merged.copy(members.value);
  }
  merged.separate();
  merged.copy(sidecar);
  merged.ascii(":");
  merged.text(working);
  merged.ascii("}");
  const entries = sortedMembers(merged.seal());
  const sorted = new Writer(merged.length + 32);
  sorted.ascii("{");
  for (let i = 0; i < entries.length; i++) {
    sorted.separate();
    sorted.copy(entries[i].key);
    sorted.ascii(":");
    sorted.copy(entries[i].value);
  }
  sorted.ascii("}");
  const value = new Writer(sorted.length + 64);
  value.quote(sorted.start, sorted.end);
  edits.set(key, value.seal());
}

/** A JSON object of strings, or 0 when the text is anything else. */
function parsedTexts(text: usize): usize {
  const root = parseText(text);
  if (!isObject(root)) return 0;
  const members = new Members(root);
  while (members.next()) if (!isText(members.value)) return 0;
  return root;
}
