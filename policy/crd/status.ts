import { coreSchema } from "./core.ts";
import { count, listBy, object, type Schema, text } from "./schema.ts";

/** status of a SidecarSet: OpenKruise's fields, and conditions. */
export function status(): Schema {
  return object("What the controller saw when it last looked.", {
    observedGeneration: count("Generation of the spec that the numbers speak of.", "int64"),
    matchedPods: count("Pods that the selectors match and that were created with sidecars of this set."),
    updatedPods: count("Matched Pods whose sidecars are those of the current spec."),
    readyPods: count("Matched Pods that are ready."),
    updatedReadyPods: count("Matched Pods that are both."),
    missingPods: count(
      "Pods that the selectors match and that run without the sidecars, being older than the set or than its settings.",
    ),
    latestRevision: text("Name of the ControllerRevision of the current spec."),
    collisionCount: count("How often the name of a ControllerRevision was taken by another content."),
    conditions: listBy(
      "type",
      "InjectionReady: new Pods get the current spec. Ready, Reconciling, Stalled: where the upgrade of running Pods stands.",
      { description: "One condition.", ...coreSchema("condition") },
    ),
  });
}
