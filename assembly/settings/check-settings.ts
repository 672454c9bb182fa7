import {
  Elements,
  Members,
  compareText,
  decode,
  isArray,
  isBlank,
  isUnset,
  member,
  sameText,
  textEquals,
} from "@kubewarden/as-sdk/assembly";
import { expectObject } from "../document/shape";
import { Problems } from "../report/problems";
import { checkSidecarSet } from "./check-sidecar-set";

/**
 * Notes every problem of the settings at once. `{}` and null are in order: they inject nothing.
 *
 * Total: any JSON value is an acceptable argument.
 */
export function checkSettings(settings: usize, problems: Problems): void {
  if (!expectObject(settings, "settings", problems)) return;
  const members = new Members(settings);
  while (members.next()) {
    if (members.keyIs("sidecarSets")) checkSidecarSets(members.value, problems);
    else if (members.keyIs("failureMode")) checkFailureMode(members.value, problems);
    else
      problems.add(
        decode(members.key),
        "a setting of this policy: sidecarSets or failureMode",
        members.value,
      );
  }
}

function checkFailureMode(value: usize, problems: Problems): void {
  if (isUnset(value) || textEquals(value, "Fail") || textEquals(value, "Ignore")) return;
  problems.add("failureMode", "Fail or Ignore", value);
}

function checkSidecarSets(value: usize, problems: Problems): void {
  if (isUnset(value)) return;
  if (!isArray(value)) return problems.add("sidecarSets", "an array of SidecarSets", value);
  const sets = new Elements(value);
  while (sets.next()) checkSidecarSet(sets.value, `sidecarSets[${sets.index}]`, problems);
  checkNames(value, problems);
}

/** Pods keep their records by name, so two sets of one name would overwrite each other's. */
function checkNames(sidecarSets: usize, problems: Problems): void {
  // Index above, address below, so that sorting by name keeps the index at hand.
  const names: Array<u64> = [];
  const sets = new Elements(sidecarSets);
  while (sets.next()) {
    const name = member(member(sets.value, "metadata"), "name");
    if (!isBlank(name)) names.push(((<u64>sets.index) << 32) | <u64>name);
  }
  names.sort((a, b) => {
    const order = compareText(<usize>(a & 0xffffffff), <usize>(b & 0xffffffff));
    return order != 0 ? order : a < b ? -1 : 1;
  });
  for (let i = 1; i < names.length; i++) {
    const name = <usize>(names[i] & 0xffffffff);
    if (!sameText(name, <usize>(names[i - 1] & 0xffffffff))) continue;
    const index = <i32>(names[i] >> 32);
    problems.add(`sidecarSets[${index}].metadata.name`, "a name that no other SidecarSet has", name);
  }
}
