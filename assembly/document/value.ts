import {
  Ascii,
  Members,
  firstElement,
  isUnset,
  member,
  nextItem,
  sameText,
  textIs,
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
  let element = firstElement(array);
  while (element != 0 && !sameText(member(element, "name"), name)) element = nextItem(element);
  return element;
}

/** Like `elementNamed` for the last such element. */
export function lastElementNamed(array: usize, name: usize): usize {
  let found: usize = 0;
  for (let element = firstElement(array); element != 0; element = nextItem(element)) {
    if (sameText(member(element, "name"), name)) found = element;
  }
  return found;
}
