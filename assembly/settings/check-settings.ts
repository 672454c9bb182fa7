import {
  Ascii,
  Elements,
  Members,
  closeRegion,
  compareText,
  decode,
  isArray,
  isBlank,
  isFalse,
  isText,
  isTrue,
  isUnset,
  member,
  openRegion,
  sameText,
  textEquals,
} from "@kubewarden/as-sdk/assembly";
import { expectObject, expectTexts, unexpected } from "../document/shape";
import { restore } from "../injection/revision/restore";
import { withDefaults } from "../sidecarset/normalise";
import { Path } from "../sidecarset/problems/path";
import { withStrategy } from "./with-strategy";
import { Problems } from "../sidecarset/problems/problems";
import { Place } from "../sidecarset/problems/place";
import { allowList } from "../sidecarset/shape/allow-list";
import { TypeCheck } from "../sidecarset/shape/type-check";
import { validateAllowList } from "../sidecarset/validation/allow-list";
import { validateSidecarSet } from "../sidecarset/validation/sidecarset";

/**
 * Notes every problem of the settings at once. `{}` and null are in order: they inject nothing.
 *
 * Total: any JSON value is an acceptable argument.
 */
export function checkSettings(settings: usize, problems: Problems): void {
  if (!expectObject(settings, Path.root("settings"), problems)) return;
  const members = new Members(settings);
  while (members.next()) {
    if (members.keyIs("sidecarSets")) checkSidecarSets(members.value, problems);
    else if (members.keyIs("failureMode")) checkWord(members, "Fail", "Ignore", problems);
    else if (members.keyIs("missingRevision")) checkWord(members, "Skip", "Reject", problems);
    else if (members.keyIs("excludedNamespaces")) checkNamespaces(members.value, problems);
    else if (isSwitch(members)) checkSwitch(members, problems);
    else if (members.keyIs("patchPodMetadataAllowList")) checkAllowList(members.value, problems);
    else if (members.keyIs("selectorOverlap")) checkWord(members, "Exact", "OpenKruise", problems);
    else unknownKey(members, problems);
  }
}

function checkWord(setting: Members, one: Ascii, other: Ascii, problems: Problems): void {
  const value = setting.value;
  if (isUnset(value) || textEquals(value, one) || textEquals(value, other)) return;
  unexpected(value, Path.rootNamed(decode(setting.key)), `${one} or ${other}`, problems);
}

function isSwitch(setting: Members): bool {
  return setting.keyIs("podOptOut") || setting.keyIs("sortContainersByName") || setting.keyIs("explain");
}

function checkSwitch(setting: Members, problems: Problems): void {
  const value = setting.value;
  if (isUnset(value) || isTrue(value) || isFalse(value)) return;
  unexpected(value, Path.rootNamed(decode(setting.key)), "true or false", problems);
}

function checkNamespaces(value: usize, problems: Problems): void {
  if (isUnset(value)) return;
  const path = Path.root("excludedNamespaces");
  if (!isArray(value)) return unexpected(value, path, "an array of names", problems);
  const names = new Elements(value);
  while (names.next()) {
    if (isBlank(names.value)) unexpected(names.value, path.at(names.index), "a name", problems);
  }
}

function checkAllowList(value: usize, problems: Problems): void {
  const path = Path.root("patchPodMetadataAllowList");
  new TypeCheck(path, problems).check(value, allowList);
  validateAllowList(new Place(value, path, problems));
}

function unknownKey(setting: Members, problems: Problems): void {
  problems.add(
    Path.rootNamed(decode(setting.key)),
    "unknown setting, expected one of sidecarSets, failureMode, missingRevision, excludedNamespaces, podOptOut, " +
      "sortContainersByName, explain, patchPodMetadataAllowList, selectorOverlap",
  );
}

function checkSidecarSets(value: usize, problems: Problems): void {
  if (isUnset(value)) return;
  const path = Path.root("sidecarSets");
  if (!isArray(value)) return unexpected(value, path, "an array of SidecarSets", problems);
  const sets = new Elements(value);
  while (sets.next()) {
    const region = openRegion();
    const told = problems.lines.length;
    if (isUnset(sets.value)) unexpected(sets.value, path.at(sets.index), "a SidecarSet", problems);
    const before = problems.count;
    checkSidecarSet(withStrategy(sets.value), path.at(sets.index), problems);
    if (problems.count == before) checkRevision(sets.value, path.at(sets.index).to("revision"), problems);
    if (problems.lines.length == told) closeRegion(region);
  }
  checkNames(value, path, problems);
}

function checkSidecarSet(set: usize, path: Path, problems: Problems): void {
  problems.take(validateSidecarSet(withDefaults(set), 0, path));
}

/** The revision beside a set that has no problem of its own. */
function checkRevision(set: usize, path: Path, problems: Problems): void {
  const revision = member(set, "revision");
  if (!expectObject(revision, path, problems)) return;
  const name = member(revision, "name");
  if (isBlank(name)) return unexpected(name, path.to("name"), "a name", problems);
  const asked = member(member(member(member(set, "spec"), "injectionStrategy"), "revision"), "revisionName");
  if (isText(asked) && !sameText(asked, name)) unexpected(name, path.to("name"), decode(asked), problems);
  expectTexts(member(revision, "annotations"), path.to("annotations"), problems);
  const restored = restore(set, revision);
  if (restored != 0) checkSidecarSet(restored, path, problems);
  else unexpected(member(revision, "spec"), path.to("spec"), "an object", problems);
}

/** The name of a SidecarSet, a JSON string, and where the set stands in the settings. */
class SetName {
  constructor(
    readonly name: usize,
    readonly index: i32,
  ) {}
}

/** Pods keep their records by name, so two sets of one name would overwrite each other's. */
function checkNames(sidecarSets: usize, path: Path, problems: Problems): void {
  const names: Array<SetName> = [];
  const sets = new Elements(sidecarSets);
  while (sets.next()) {
    const name = member(member(sets.value, "metadata"), "name");
    if (!isBlank(name)) names.push(new SetName(name, sets.index));
  }
  names.sort((a, b) => {
    const order = compareText(a.name, b.name);
    return order != 0 ? order : a.index - b.index;
  });
  for (let i = 1; i < names.length; i++) {
    const name = names[i].name;
    if (!sameText(name, names[i - 1].name)) continue;
    const place = path.at(names[i].index).to("metadata").to("name");
    unexpected(name, place, "a name that no other SidecarSet has", problems);
  }
}
