import { Ascii, Writer, decode, isBlank, member } from "@kubewarden/as-sdk/assembly/json";
import { EffectiveSet } from "../injection/effective-set";
import { PodView } from "../pod/pod-view";
import { compile } from "../regex/program";
import { evaluate, variableOf } from "../sidecarset/expression/evaluate";
import { Value } from "../sidecarset/expression/value";
import { canonical } from "../sidecarset/quantity/notation";
import { Quantity, zero } from "../sidecarset/quantity/quantity";
import { aggregate } from "./aggregate";
import { targetContainers } from "./targets";

/** The resources that a sidecar gets by its resourcesPolicy. */
export class PlannedResources {
  /** A JSON object, or 0 when they cannot be computed. */
  value: usize = 0;
  /** Why they cannot be computed; empty when they can. */
  problem: string = "";
}

/**
 * Computes the resources of a sidecar from those of the Pod's own containers. They replace all that the sidecar
 * has; a limit is left out where a container that counts is unlimited, even if the expression is a constant.
 */
export function planResources(policy: usize, pod: PodView, sets: Array<EffectiveSet>): PlannedResources {
  const planned = new PlannedResources();
  const expression = decode(member(policy, "targetContainersNameRegex"));
  const names = compile(expression);
  if (names.error.length > 0) {
    planned.problem = `targetContainersNameRegex: ${names.error}`;
    return planned;
  }
  const targets = targetContainers(pod, sets, names);
  if (targets.length == 0) {
    planned.problem = `targetContainersNameRegex: no container of the Pod matches ${expression}`;
    return planned;
  }
  const out = new Writer(256);
  out.ascii("{");
  writeSide("limits", policy, targets, out, planned);
  writeSide("requests", policy, targets, out, planned);
  out.ascii("}");
  if (planned.problem.length == 0) planned.value = out.seal();
  return planned;
}

function writeSide(
  side: Ascii,
  policy: usize,
  targets: Array<usize>,
  out: Writer,
  planned: PlannedResources,
): void {
  const cpu = amount(side, "cpu", policy, targets, planned);
  const memory = amount(side, "memory", policy, targets, planned);
  if (cpu.length + memory.length == 0) return;
  out.name(side);
  out.ascii("{");
  writeAmount("cpu", cpu, out);
  writeAmount("memory", memory, out);
  out.ascii("}");
}

function writeAmount(resource: Ascii, text: string, out: Writer): void {
  if (text.length == 0) return;
  out.name(resource);
  out.text(text);
}

/** The canonical text of an amount; empty when it is not to be set. */
function amount(
  side: Ascii,
  resource: Ascii,
  policy: usize,
  targets: Array<usize>,
  planned: PlannedResources,
): string {
  const expression = member(member(member(policy, "resourcesExpr"), side), resource);
  if (isBlank(expression)) return "";
  const total = aggregate(targets, side, resource, member(policy, "targetContainersMode"));
  if (!total && side == "limits") return "";
  const text = decode(expression);
  const bound: Quantity = total ? total : zero();
  const result = evaluate(text, variableOf(text), Value.ofQuantity(bound));
  const quantity = result.quantity;
  if (quantity) return canonical(quantity);
  if (planned.problem.length == 0) {
    planned.problem = `resourcesExpr.${side}.${resource}: ${text}: ${result.problem}`;
  }
  return "";
}
