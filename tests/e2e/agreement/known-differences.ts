import type { Difference } from "./compare.ts";

/** A difference between the sandbox and the recording that is known, and why it is there. */
export interface KnownDifference {
  /** `chosen`: the sandbox leaves this out on purpose. `gap`: to be mended in the sandbox. */
  readonly kind: "chosen" | "gap";
  readonly why: string;
  /** The only call where it counts; absent: everywhere. */
  readonly call?: string;
  readonly path: RegExp;
}

/** Every entry has to match something, so that what is mended leaves the list. */
export const knownDifferences: readonly KnownDifference[] = [
  { kind: "chosen", why: "there are no storage versions to compare", path: /storageVersionHash$/ },
  {
    kind: "chosen",
    why: "descriptions of columns are not printed",
    path: /columnDefinitions\[\d+\]\.description$/,
  },
  {
    kind: "chosen",
    why: "CEL rules are not run; the policy says the same",
    call: "create set without containers",
    path: /./,
  },
  {
    kind: "chosen",
    why: "CEL rules are not run, so nothing says that they were not",
    call: "create set with an unknown strategy and a negative partition",
    path: /^body\.details\.causes/,
  },
  { kind: "chosen", why: "texts of JSON parsers differ", call: "malformed body", path: /message$/ },
  {
    kind: "chosen",
    why: "admission plugins Priority and DefaultTolerationSeconds are not there",
    path: /spec\.(preemptionPolicy|priority|tolerations)$/,
  },
  {
    kind: "chosen",
    why: "the ServiceAccount plugin is off in the recording",
    path: /spec\.(serviceAccount|serviceAccountName)$/,
  },
  {
    kind: "chosen",
    why: "the diff of Go structs is left out",
    call: "change a container's command",
    path: /message$/,
  },
  { kind: "chosen", why: "continue tokens have another form", call: "bad continue token", path: /message$/ },
  { kind: "chosen", why: "texts of selector parsers differ", call: "bad selector", path: /message$/ },
  { kind: "chosen", why: "field ownership leaves out the marks of empty maps", path: /fieldsV1.*\.\.$/ },

  {
    kind: "chosen",
    why: "messages of failed JSON patches say more",
    call: "json-patch with a test that fails",
    path: /^body\.(message|details)$/,
  },
  {
    kind: "chosen",
    why: "messages of failed JSON patches say more",
    call: "json-patch of a path that is absent",
    path: /^body\.(message|details)$/,
  },
  {
    kind: "chosen",
    why: "the bookmark that ends the initial events has no empty Pod in it",
    call: "watch with the initial events",
    path: /^body\[1\]\.object\.(metadata\.creationTimestamp|spec|status)$/,
  },

  { kind: "gap", why: "continue is absent instead of empty", path: /metadata\.continue$/ },
  { kind: "gap", why: "date columns are called string", path: /columnDefinitions\[\d+\]\.type$/ },
  { kind: "gap", why: "Pods have no generation", path: /metadata\.generation$/ },
  {
    kind: "gap",
    why: "absent times of conditions are not null",
    path: /conditions\[\d+\]\.last(Probe|Transition)Time$/,
  },
  { kind: "gap", why: "new conditions come last instead of first", path: /conditions\[\d+\]\.type$/ },
  { kind: "gap", why: "lastState is absent instead of empty", path: /containerStatuses\[\d+\]\.lastState$/ },
  { kind: "gap", why: "atomic maps are owned key by key", path: /f:selector(\.f:matchLabels)?$/ },
  {
    kind: "gap",
    why: "another uid in a patch is a conflict instead of an invalid change",
    call: "change a sidecar's image with another uid",
    path: /./,
  },
  {
    kind: "gap",
    why: "apply without a manager is a bad request instead of an invalid one",
    call: "apply without a manager",
    path: /./,
  },
  {
    kind: "gap",
    why: "image pull policies are not checked",
    call: "pod with a bad image pull policy, a duplicate name and a mount from nowhere",
    path: /./,
  },
  {
    kind: "gap",
    why: "all media types are listed, whatever the resource",
    call: "unknown media type",
    path: /message$/,
  },
  { kind: "gap", why: "the data of a revision can be changed", call: "change a revision's data", path: /./ },
  { kind: "gap", why: "the data of a revision can be changed", call: "raise a revision", path: /data\./ },
  { kind: "gap", why: "the data of a revision can be changed", call: "list revisions", path: /data\./ },
  {
    kind: "gap",
    why: "items of lists of built-in kinds name their kind",
    path: /^body\.items\[\d+\]\.(apiVersion|kind)$/,
  },
  { kind: "gap", why: "deprecated fields of events are left out", path: /^body\.deprecated/ },
  { kind: "gap", why: "events without a time are taken", call: "event without a time", path: /./ },
  { kind: "gap", why: "unknown paths answer a Status instead of text", call: "unknown resource", path: /./ },
  { kind: "gap", why: "unknown paths answer a Status instead of text", call: "unknown group", path: /./ },
  {
    kind: "gap",
    why: "a patch of a collection is not allowed instead of nameless",
    call: "method that is not there",
    path: /./,
  },
  {
    kind: "gap",
    why: "deleted custom resources carry a deletion time",
    call: "delete all sets",
    path: /deletion(GracePeriodSeconds|Timestamp)$/,
  },
  {
    kind: "gap",
    why: "the text of a failed precondition of a deletion is another",
    call: "delete pod with another uid",
    path: /^body\.(message|details\.kind)$/,
  },
];

/** Splits differences into those that nothing explains and those that some entry does; tells entries without any. */
export function explain(differences: readonly Difference[]): {
  readonly unexplained: readonly Difference[];
  readonly idle: readonly KnownDifference[];
} {
  const used = new Set<KnownDifference>();
  const unexplained = differences.filter((difference) => {
    const known = knownDifferences.filter(
      ({ call, path }) => (call === undefined || call === difference.call) && path.test(difference.path),
    );
    for (const entry of known) used.add(entry);
    return known.length === 0;
  });
  return { unexplained, idle: knownDifferences.filter((entry) => !used.has(entry)) };
}
