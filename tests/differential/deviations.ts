import type { Outcome } from "./area.ts";
import type { SetCase } from "./areas/sidecarset.ts";
import { at, textAt } from "./compare.ts";
import type { JsonObject } from "./generate/values.ts";

/**
 * Where our answers differ from the original's on purpose. Each difference is named, with the place that decides it, and
 * is recognised by exactly what is said about it; whatever else differs is a fault.
 */
interface Deviation {
  readonly name: string;
  readonly pattern: RegExp;
}

const TOO_LARGE = /(the result is no number or|a number is) too large(, in ".*")?$/;
const CANONICAL =
  "results are written canonically; there a lone literal or variable keeps its spelling (ADR 10)";
const OVERFLOW = "amounts beyond 64 bits of thousandths are refused; there they overflow (ADR 10)";

/** Faults that the original finds and we do not, by its words. */
const NOT_REFUSED: readonly Deviation[] = [
  {
    name: "a startupProbe may leave out what the API server fills in (ADR 10)",
    pattern:
      /startupProbe\.(successThreshold: Invalid value: 0: must be 1|httpGet\.path: Required value|httpGet\.scheme: Unsupported value: "": supported values: "HTTP", "HTTPS")/,
  },
  {
    name: "native sidecars may be rolled (ADR 10)",
    pattern:
      /spec\.updateStrategy: Required value: The initContainer in-place upgrade is not currently supported\./,
  },
  {
    name: "native sidecars may have a resizePolicy, which the Pod's own admission judges (ADR 10)",
    pattern:
      /resizePolicy: Invalid value: \[\]core\.ContainerResizePolicy\{.*?\}\}: must not be set for init containers/,
  },
];

const TAKEN = /: Invalid value: "([^"]*)": container \1 already exist in ([^\s,\]]+)/g;

/** Names in Pods are compared: a sidecar that is upgraded hot stands there under two others. */
function withoutHotNames(message: string, { object, others }: SetCase): string {
  const isHot = (set: JsonObject | undefined, name: string) => {
    const containers = at(set, "spec", "containers");
    const found = Array.isArray(containers) && containers.find((one) => textAt(one, "name") === name);
    return textAt(found, "upgradeStrategy", "upgradeType") === "HotUpgrade";
  };
  return message.replaceAll(TAKEN, (fault, name: string, set: string) => {
    const other = others.find((one) => textAt(one, "metadata", "name") === set);
    return isHot(object, name) === isHot(other, name) ? fault : "";
  });
}

/** Faults that we find and the original does not, by our words. */
const REFUSED: readonly Deviation[] = [
  { name: OVERFLOW, pattern: TOO_LARGE },
  {
    name: "regular expressions on the scripts of Unicode are refused: names of containers are ASCII (ADR 10)",
    pattern: /unknown or unsupported character class: Greek/,
  },
];

/** What every fault that the original reports has in its text. */
const FAULT =
  /: (Invalid value|Required value|Forbidden|Duplicate value|Unsupported value|Not found|Too long|Too many|Internal error)/;

/** We accept what the original refuses: every fault that it finds must be one that we let pass on purpose. */
export function excusedAcceptance(message: string, input: SetCase): Outcome {
  let rest = withoutHotNames(message, input);
  let name = rest === message ? "" : "a hot sidecar and another of its name do not meet in Pods (ADR 10)";
  for (const deviation of NOT_REFUSED) {
    const without = rest.replaceAll(new RegExp(deviation.pattern, "g"), "");
    if (without !== rest) name = deviation.name;
    rest = without;
  }
  if (name !== "" && !FAULT.test(rest)) return { kind: "deviation", name };
  return { kind: "different", how: `accepted here, refused there: ${message}` };
}

/** We refuse what the original accepts: every fault that we find must be one that we find on purpose. */
export function excusedRefusal(message: string): Outcome {
  const excuses = message.split("\n").map((line) => REFUSED.find(({ pattern }) => pattern.test(line)));
  const [first] = excuses;
  if (first !== undefined && excuses.every((excuse) => excuse !== undefined)) {
    return { kind: "deviation", name: first.name };
  }
  return { kind: "different", how: `refused here, accepted there: ${message}` };
}

/** The deviation that explains different results of an expression; undefined when they have to agree. */
export function excusedExpression(
  expression: string,
  ours: string,
  theirs: string | undefined,
): Outcome | undefined {
  if (ours.startsWith("! ") && /[^\0-\x7f]/.test(expression)) {
    return {
      kind: "deviation",
      name: "expressions are ASCII; there each byte of UTF-8 is a character (ADR 10)",
    };
  }
  if (ours.startsWith("! ") && TOO_LARGE.test(ours)) return { kind: "deviation", name: OVERFLOW };
  if (theirs !== undefined && !ours.startsWith("!") && expression.includes(theirs)) {
    return { kind: "deviation", name: CANONICAL };
  }
  return undefined;
}

/** What an answer about a Pod is told apart by. */
interface Injected {
  readonly accepted: boolean;
  readonly message: string;
  readonly warnings: readonly string[];
}

/** The deviation that explains different answers about a Pod; undefined when they have to agree. */
export function excusedInjection(ours: Injected, theirs: { readonly panic?: string }): Outcome | undefined {
  if (TOO_LARGE.test(ours.message)) return { kind: "deviation", name: OVERFLOW };
  if (ours.warnings.some((warning) => warning.includes(" is skipped: "))) {
    return { kind: "deviation", name: "a broken set is left out with a warning" };
  }
  if (theirs.panic === "assignment to entry in nil map") {
    return { kind: "deviation", name: "a record of null counts as none; the original panics" };
  }
  return undefined;
}

const RESULT =
  /^\.spec\.(?:initC|c)ontainers\[\d+\]\.resources\.(?:limits|requests)\.\w+: ours "([^"]*)", the original's "([^"]*)"$/;

/** The number in front of a quantity's suffix, and the suffix. */
function amount(quantity: string): string {
  const [, number, suffix] = /^(.*?)([A-Za-z]*)$/.exec(quantity) ?? [];
  return `${Number(number)}${suffix}`;
}

/** The deviation that explains a difference between two Pods. */
export function excusedPod(pod: JsonObject, found: string): Outcome | undefined {
  const [, ours = "", theirs = ""] = RESULT.exec(found) ?? [];
  if (ours !== "" && amount(ours) === amount(theirs)) return { kind: "deviation", name: CANONICAL };
  const annotation = (key: string) => textAt(pod, "metadata", "annotations", key);
  const list = "kruise.io/sidecarset-injected-list";
  if (found.startsWith(`.metadata.annotations.${list}: `) && annotation(list).split(",").includes("")) {
    return { kind: "deviation", name: "empty names leave the injected list" };
  }
  for (const key of ["kruise.io/sidecarset-hash", "kruise.io/sidecarset-hash-without-image"]) {
    if (found.startsWith(`.metadata.annotations.${key}: `) && annotation(key).includes('"HASH"')) {
      return { kind: "deviation", name: "fields of records have one spelling; Go does not mind capitals" };
    }
  }
  const working = "kruise.io/sidecarset-working-hotupgrade-container";
  if (found.startsWith(`.metadata.annotations.${working}: `) && annotation(working) === '{"a":1}') {
    return { kind: "deviation", name: "a list of working containers that is none is begun afresh" };
  }
  return undefined;
}

export function excusedUpgrade(_found: string): Outcome | undefined {
  return undefined;
}
