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
    why: "the same cause is told once",
    call: "change a sidecar's image with another uid",
    path: /^body\.details\.causes\[1\]$/,
  },
  {
    kind: "chosen",
    why: "the same cause is told once",
    call: "patch a revision with another uid",
    path: /^body\.details\.causes\[1\]$/,
  },
  {
    kind: "chosen",
    why: "the same cause is told once",
    call: "set a condition of another pod of that name",
    path: /^body\.details\.causes\[1\]$/,
  },
  {
    kind: "chosen",
    why: "CEL rules are not run, so nothing says that they were not; paths begin at the object, not at its status",
    call: "a status of the wrong type",
    path: /^body\.(message|details\.causes)/,
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
