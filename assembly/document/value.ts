import {
  Ascii,
  Elements,
  Members,
  textIs,
  isUnset,
  member,
  sameText,
} from "@kubewarden/as-sdk/assembly/json";

/** The value of a member; 0 when it is absent or null: Kubernetes reads null as if the member were not there. */
export function given(object: usize, key: Ascii): usize {
  const value = member(object, key);
  return isUnset(value) ? 0 : value;
}

/** Like `member` of a checked object, by a name that is no constant; of duplicates the last. */
export function memberNamed(object: usize, name: string): usize {
  let found: usize = 0;
  const members = new Members(object);
  while (members.next()) if (textIs(members.key, name)) found = members.value;
  return found;
}

/** The first element of an array of objects whose member `name` says the same as `name`, or 0. */
export function elementNamed(array: usize, name: usize): usize {
  const elements = new Elements(array);
  while (elements.next()) if (sameText(member(elements.value, "name"), name)) return elements.value;
  return 0;
}

/** Like `elementNamed` for the last such element. */
export function lastElementNamed(array: usize, name: usize): usize {
  let found: usize = 0;
  const elements = new Elements(array);
  while (elements.next()) if (sameText(member(elements.value, "name"), name)) found = elements.value;
  return found;
}
