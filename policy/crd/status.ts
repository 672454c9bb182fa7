import { coreSchema } from "./core.ts";
import { count, listBy, object, type Schema, text } from "./schema.ts";

/** status of a SidecarSet: OpenKruise's fields, conditions, and what they rest on. */
export function status(): Schema {
  return object("What the controller saw when it last looked.", {
    observedGeneration: count("Generation of the spec that the numbers speak of.", "int64"),
    matchedPods: count("Pods that the selectors match and that were created with sidecars of this set."),
    updatedPods: count("Matched Pods whose sidecars are those of the current spec."),
    readyPods: count("Matched Pods that are ready."),
    updatedReadyPods: count("Matched Pods that are both."),
    missingPods: count(
      "Pods that the selectors match, created after the set, that run without its sidecars: injection was not ready, or paused.",
    ),
    progress: text("Share of the Pods to bring up to date that are, and are ready, such as 75%."),
    estimatedTimeLeft: text(
      "How long the rollout will take at the pace of the last minutes, such as 4m; absent while nothing moves.",
    ),
    versions: listBy(
      "hash",
      "Matched Pods by the version that they record, the most frequent first, at most ten.",
      {
        description: "One version.",
        type: "object",
        required: ["hash", "pods"],
        properties: {
          hash: text('Hash of the containers; "" for Pods that record none.'),
          pods: count("How many Pods record it."),
        },
      },
    ),
    held: listBy("reason", "Pods that are not brought up to date, by the reason for it.", {
      description: "One reason.",
      type: "object",
      required: ["reason", "pods"],
      properties: {
        reason: text("Why, in one word; docs/errors.md tells what to do."),
        pods: count("How many Pods it holds."),
        examples: {
          description: "Some of them, as namespace/name; left out where they change all the time.",
          type: "array",
          items: { type: "string" },
          maxItems: 5,
        },
      },
    }),
    latestRevision: text("Name of the ControllerRevision of the current spec."),
    collisionCount: count("How often the name of a ControllerRevision was taken by another content."),
    conditions: listBy(
      "type",
      "InjectionReady: new Pods get the current spec. Ready, Reconciling, Stalled: where the upgrade of running Pods stands.",
      { description: "One condition.", ...coreSchema("condition") },
    ),
  });
}
