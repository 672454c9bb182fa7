import {
  Ascii,
  Elements,
  integer,
  isBlank,
  member,
  textEquals,
  textIs,
} from "@kubewarden/as-sdk/assembly/json";
import { isNativeSidecar } from "../hash/hashes";
import { Place } from "../problems/place";
import { quoted } from "../problems/shown";

/** A hot-upgraded container runs twice in a Pod, under its name with these endings. */
const SUFFIXES: StaticArray<Ascii> = ["-1", "-2"];
const LONGEST_NAME = 61;

/** Hot upgrades that give Pods which the API server refuses. An init container that ends is never doubled. */
export function warnOfHotUpgrade(containers: Place, areInit: bool): void {
  const places = containers.elements();
  while (places.next()) {
    if (areInit && !isNativeSidecar(places.place.value)) continue;
    const upgrade = places.place.to("upgradeStrategy");
    if (textEquals(upgrade.to("upgradeType").value, "HotUpgrade"))
      warnOfDoubled(places.place, containers.value);
  }
}

function warnOfDoubled(container: Place, containers: usize): void {
  const name = container.to("name");
  const image = container.to("upgradeStrategy").to("hotUpgradeEmptyImage");
  if (isBlank(image.value)) {
    image.problems.add(
      image.path,
      "required for HotUpgrade: without it Pods get a container without an image",
    );
  }
  if (name.text.length > LONGEST_NAME) {
    name.problems.add(name.path, "too long for HotUpgrade, which adds -1 and -2 to at most 61 characters");
  }
  for (let i = 0; i < SUFFIXES.length; i++) {
    const doubled = `${name.text}${SUFFIXES[i]}`;
    const others = new Elements(containers);
    while (others.next()) {
      if (!textIs(member(others.value, "name"), doubled)) continue;
      name.problems.add(
        name.path,
        "HotUpgrade names a container " + quoted(doubled) + ", which the set has already",
      );
    }
  }
  const ports = container.to("ports").elements();
  while (ports.next()) {
    const hostPort = ports.place.to("hostPort");
    if (integer(hostPort.value) == 0) continue;
    hostPort.problems.add(hostPort.path, "taken twice in every Pod by HotUpgrade, so no Pod can run");
  }
}
