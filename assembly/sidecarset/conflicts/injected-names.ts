import { decode, Elements, member, textEquals } from "@kubewarden/as-sdk/assembly/json";
import { Names } from "../../document/names";
import { isNativeSidecar } from "../hash/hashes";

/** The names under which a container of a set stands in a Pod: one that is hot-upgraded while it runs stands there twice. */
export function injectedNames(container: usize, isInit: bool): Array<string> {
  const name = decode(member(container, "name"));
  if (name.length == 0) return [];
  const isHot = textEquals(member(member(container, "upgradeStrategy"), "upgradeType"), "HotUpgrade");
  const keepsRunning = !isInit || isNativeSidecar(container);
  return isHot && keepsRunning ? [name + "-1", name + "-2"] : [name];
}

/** Adds the names of all containers of a list. */
export function addInjectedNames(containers: usize, areInit: bool, names: Names): void {
  const elements = new Elements(containers);
  while (elements.next()) {
    const injected = injectedNames(elements.value, areInit);
    for (let i = 0; i < injected.length; i++) names.add(injected[i]);
  }
}
