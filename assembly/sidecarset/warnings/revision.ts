import { integer, isText, isTrue, textEquals } from "@kubewarden/as-sdk/assembly/json";
import { Place } from "../problems/place";

/** Revisions at injection that do not last, or that no Pod ever gets. */
export function warnOfRevision(spec: Place): void {
  const revision = spec.to("injectionStrategy").to("revision");
  const strategy = spec.to("updateStrategy");
  if (!revision.isSet || isTrue(strategy.to("paused").value)) return;
  const selector = strategy.to("selector");
  const partition = strategy.to("partition");
  if (textEquals(revision.to("policy").value, "Partial")) {
    if (selector.isSet || (isText(partition.value) && partition.text != "0%")) return;
    revision.problems.add(
      revision.path,
      "no Pod gets it: Partial takes a percentage in updateStrategy.partition",
    );
  } else if (!textEquals(strategy.to("type").value, "NotUpdate") && !selector.isSet && isNone(partition)) {
    revision.problems.add(
      revision.path,
      "new Pods get it and are then upgraded in place to the current images, unless updateStrategy is paused or NotUpdate",
    );
  }
}

function isNone(partition: Place): bool {
  return isText(partition.value) ? partition.text == "0%" : integer(partition.value) == 0;
}
