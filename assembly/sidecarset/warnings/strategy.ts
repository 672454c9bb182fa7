import { integer, isBlank, isInteger, isText } from "@kubewarden/as-sdk/assembly/json";
import { Place } from "../problems/place";
import { quoted, shown } from "../problems/shown";

/** Settings of the rollout that are allowed and probably not meant. */
export function warnOfStrategy(spec: Place): void {
  const strategy = spec.to("updateStrategy");
  const type = strategy.to("type").text;
  if (type != "RollingUpdate" && type != "NotUpdate") {
    warn(
      strategy.to("type"),
      quoted(type) + " is unknown and acts like RollingUpdate, without checks of the strategy",
    );
  }
  warnOfOverruled(strategy.to("paused"), spec.to("paused"));
  const early = spec.to("strategy").to("rollingUpdate").to("maxUnavailable");
  warnOfOverruled(strategy.to("maxUnavailable"), early);
  const budget = strategy.to("maxUnavailable").isSet ? strategy.to("maxUnavailable") : early;
  if (type != "NotUpdate" && isNone(budget)) {
    warn(budget, "with " + shown(budget.value) + " no ready Pod is ever updated");
  }
  const partition = strategy.to("partition");
  if (isText(partition.value) && percentOf(partition.text) >= 100) {
    warn(partition, "with " + shown(partition.value) + " no Pod is updated");
  }
  if (!isBlank(spec.to("namespace").value) && spec.to("namespaceSelector").isSet) {
    warn(spec.to("namespaceSelector"), "not used, because spec.namespace is given");
  }
}

function warnOfOverruled(newer: Place, early: Place): void {
  if (newer.isSet && early.isSet) warn(early, "not used, because " + newer.path.toString() + " is given");
}

function isNone(amount: Place): bool {
  if (isInteger(amount.value)) return integer(amount.value) == 0;
  return isText(amount.value) && percentOf(amount.text) == 0;
}

/** The leading number of a percentage, cut at a million; -1 when there is none. */
function percentOf(text: string): i32 {
  let percent = -1;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) break;
    percent = min(1000000, max(percent, 0) * 10 + digit);
  }
  return percent;
}

function warn(place: Place, text: string): void {
  place.problems.add(place.path, text);
}
