import { Elements, member, sameText, textEquals } from "@kubewarden/as-sdk/assembly/json";

/**
 * What goes behind a container's own env and IS_INJECTED: the transferred entries, then the shared ones, each name
 * once. A name that the container has itself is not added.
 */
export function envAdditions(own: usize, transferred: Array<usize>, shared: Array<usize>): Array<usize> {
  const added: Array<usize> = [];
  addNew(transferred, own, added);
  addNew(shared, own, added);
  return added;
}

function addNew(entries: Array<usize>, own: usize, added: Array<usize>): void {
  for (let i = 0; i < entries.length; i++) {
    const name = member(entries[i], "name");
    if (!textEquals(name, "IS_INJECTED") && !isAmong(name, own) && !isAdded(name, added))
      added.push(entries[i]);
  }
}

function isAmong(name: usize, env: usize): bool {
  const entries = new Elements(env);
  while (entries.next()) if (sameText(member(entries.value, "name"), name)) return true;
  return false;
}

function isAdded(name: usize, added: Array<usize>): bool {
  for (let i = 0; i < added.length; i++) if (sameText(member(added[i], "name"), name)) return true;
  return false;
}
