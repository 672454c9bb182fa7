import {
  Elements,
  Members,
  isArray,
  isBlank,
  isObject,
  isText,
  isUnset,
  member,
} from "@kubewarden/as-sdk/assembly/json";
import { Path } from "../sidecarset/problems/path";
import { Problems } from "../sidecarset/problems/problems";
import { shown } from "../sidecarset/problems/shown";

/** Notes that a value is not what was expected at its path. */
export function unexpected(value: usize, path: Path, expected: string, problems: Problems): void {
  problems.add(path, `expected ${expected}, got ${shown(value)}`);
}

/** Expects an object, or nothing. Answers whether there is one to look into. */
export function expectObject(value: usize, path: Path, problems: Problems): bool {
  if (isUnset(value)) return false;
  if (!isObject(value)) unexpected(value, path, "an object", problems);
  return isObject(value);
}

/** Expects an object whose members are strings, or nothing. */
export function expectTexts(value: usize, path: Path, problems: Problems): void {
  if (!expectObject(value, path, problems)) return;
  const members = new Members(value);
  while (members.next()) {
    if (isText(members.value)) continue;
    unexpected(value, path, "an object of strings", problems);
    return;
  }
}

/** Expects an array of objects, or nothing. Answers whether there is such an array to look into. */
export function expectObjects(value: usize, path: Path, problems: Problems): bool {
  if (isUnset(value)) return false;
  if (!isArray(value)) {
    unexpected(value, path, "an array", problems);
    return false;
  }
  let sound = true;
  const elements = new Elements(value);
  while (elements.next()) {
    if (isObject(elements.value)) continue;
    unexpected(elements.value, path.at(elements.index), "an object", problems);
    sound = false;
  }
  return sound;
}

/** Like `expectObjects`, and every object has a name. */
export function expectNamed(value: usize, path: Path, problems: Problems): bool {
  if (!expectObjects(value, path, problems)) return false;
  let sound = true;
  const elements = new Elements(value);
  while (elements.next()) {
    const name = member(elements.value, "name");
    if (!isBlank(name)) continue;
    unexpected(name, path.at(elements.index).to("name"), "a name", problems);
    sound = false;
  }
  return sound;
}
