import {
  Ascii,
  decode,
  Elements,
  isBlank,
  member,
  Members,
  skip,
  Writer,
} from "@kubewarden/as-sdk/assembly/json";
import { valueOfKey } from "../../matching/labels";
import { sameValue } from "../conflicts/same-value";
import { hashWithoutImageOf } from "../hash/hashes";
import { CanonicalJson } from "../hash/canonical-json";
import { Place } from "../problems/place";
import { quoted } from "../problems/shown";
import { sidecarContainer } from "../shape/container";
import { elementNamed } from "../validation/immutability";

const UNTIL: Ascii = "until they are re-created; only images are rolled in place";

/** Tells which parts of an update cannot reach running Pods, because they change more than images of containers. */
export function warnOfRecreation(spec: Place, before: usize): void {
  warnOfUntracked(spec, before, "volumes");
  warnOfUntracked(spec, before, "imagePullSecrets");
  if (hashWithoutImageOf(spec.value) == hashWithoutImageOf(before)) return;
  const containers = warnOfList(spec.to("containers"), member(before, "containers"));
  const initContainers = warnOfList(spec.to("initContainers"), member(before, "initContainers"));
  if (containers || initContainers) return;
  warn(spec.to("containers"), `in a new order: running Pods keep the old one ${UNTIL}`);
}

/** A change beside the containers reaches new Pods only, and is no reason to call a running one outdated. */
function warnOfUntracked(spec: Place, before: usize, name: Ascii): void {
  if (!sameValue(spec.to(name).value, member(before, name))) warn(spec.to(name), "changed for new Pods only");
}

/** Whether anything was told about the list; a mere change of order is not. */
function warnOfList(containers: Place, before: usize): bool {
  let told = false;
  const places = containers.elements();
  while (places.next()) {
    const old = elementNamed(before, member(places.place.value, "name"));
    const changed = old == 0 ? "" : changedMembers(places.place.value, old);
    if (old == 0) warn(places.place, `new: running Pods do without it ${UNTIL}`);
    else if (changed.length > 0) warn(places.place, `running Pods keep the old ${changed} ${UNTIL}`);
    else continue;
    told = true;
  }
  const leaving = new Elements(before);
  while (leaving.next()) {
    const name = member(leaving.value, "name");
    if (isBlank(name) || elementNamed(containers.value, name) != 0) continue;
    warn(containers, `${quoted(decode(name))} leaves: running Pods keep it ${UNTIL}`);
    told = true;
  }
  return told;
}

/** The names of the members that differ apart from the image, joined by commas; empty when none does. */
function changedMembers(container: usize, before: usize): string {
  const after = canonical(container);
  const earlier = canonical(before);
  const names = new Array<string>();
  const members = new Members(after.start);
  while (members.next()) {
    if (!sameBytes(members.value, valueOfKey(earlier.start, members.key))) names.push(decode(members.key));
  }
  const old = new Members(earlier.start);
  while (old.next()) if (valueOfKey(after.start, old.key) == 0) names.push(decode(old.key));
  after.free();
  earlier.free();
  return names.join(", ");
}

/** Canonical JSON without the image: equal values are equal bytes. */
function canonical(container: usize): Writer {
  const out = new Writer(1024);
  new CanonicalJson(out, false).write(container, sidecarContainer);
  out.seal();
  return out;
}

function sameBytes(a: usize, b: usize): bool {
  if (b == 0) return false;
  const length = skip(a) - a;
  return skip(b) - b == length && memory.compare(a, b, length) == 0;
}

function warn(place: Place, text: string): void {
  place.problems.add(place.path, text);
}
