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
import { Problems } from "../report/problems";

/** Expects an object, or nothing. Answers whether there is one to look into. */
export function expectObject(value: usize, path: string, problems: Problems): bool {
  if (isUnset(value)) return false;
  if (isObject(value)) return true;
  problems.add(path, "an object", value);
  return false;
}

/** Expects an object whose members are strings, or nothing. */
export function expectTexts(value: usize, path: string, problems: Problems): void {
  if (!expectObject(value, path, problems)) return;
  const members = new Members(value);
  while (members.next()) {
    if (isText(members.value)) continue;
    problems.add(path, "an object of strings", value);
    return;
  }
}

/** Expects an array of objects, or nothing. Answers whether there is such an array to look into. */
export function expectObjects(value: usize, path: string, problems: Problems): bool {
  if (isUnset(value)) return false;
  if (!isArray(value)) {
    problems.add(path, "an array", value);
    return false;
  }
  const before = problems.count;
  const elements = new Elements(value);
  while (elements.next()) {
    if (!isObject(elements.value)) problems.add(`${path}[${elements.index}]`, "an object", elements.value);
  }
  return problems.count == before;
}

/** Like `expectObjects`, and every object has a name. */
export function expectNamed(value: usize, path: string, problems: Problems): bool {
  if (!expectObjects(value, path, problems)) return false;
  const before = problems.count;
  const elements = new Elements(value);
  while (elements.next()) {
    const name = member(elements.value, "name");
    if (isBlank(name)) problems.add(`${path}[${elements.index}].name`, "a name", name);
  }
  return problems.count == before;
}
