import { rolesOf } from "../../controller/core/hot-upgrade.ts";
import type { Upgrade } from "../../controller/core/plan.ts";
import { containerIn } from "../../controller/core/pod-containers.ts";
import { podJudge } from "../../controller/core/pod-state.ts";
import { type NormalizedSidecarSet, type Sidecar, sidecarsOf } from "../../controller/core/sidecars.ts";
import { effectiveStrategy } from "../../controller/core/update-strategy.ts";
import type { Pod } from "../../controller/model/pod.ts";
import type { Outcome } from "./area.ts";
import type { ReconcileAnswer } from "./areas/reconcile.ts";
import { difference, timeless } from "./compare.ts";

/** One pass over a single Pod, and what is written to it here. */
interface Pass {
  readonly pod: Pod;
  readonly normalized: NormalizedSidecarSet;
  readonly upgrade: Upgrade | undefined;
}

const ROLLED_BACK = "a hot upgrade that was rolled back: the failed container is reset (ADR 12)";
const MISTAKEN =
  "a record that takes the idle container for the working one is mended; there both get the empty image, or it stays (ADR 12)";
const CURRENT = "a working container that has the image already keeps its version";
const ENDS = "a hot upgrade that was begun ends, even if the set is paused or updates no more (ADR 12)";
const OVERDUE = "a Pod whose kubelet does not act is upgraded again after a while (ADR 12)";

/** The deviation that explains what is written otherwise; undefined when it should be the same. */
export function excusedReconcile(
  pass: Pass,
  ours: ReconcileAnswer,
  theirs: ReconcileAnswer,
): Outcome | undefined {
  const { pod, normalized, upgrade } = pass;
  const excused = new Map(
    sidecarsOf(normalized.set).flatMap((sidecar) => {
      const why = excuseOf(sidecar, pass);
      return why === undefined ? [] : [[sidecar, why] as const];
    }),
  );
  if (upgrade !== undefined && !theirs.written) {
    const alike = { ...theirs, written: true, images: ours.images, annotations: ours.annotations };
    if (difference(timeless(ours), timeless(alike)) !== undefined) return undefined;
    const { paused, updates } = effectiveStrategy(normalized.set);
    if (upgrade.kind === "end" && (paused || !updates)) return { kind: "deviation", name: ENDS };
    if (upgrade.kind === "upgrade" && podJudge(normalized)(pod).settling) {
      return { kind: "deviation", name: OVERDUE };
    }
    const [first = ""] = excused.values();
    const names = new Set([...excused.keys()].map(({ name }) => name));
    const all = upgrade.steps.every(({ sidecar }) => names.has(sidecar));
    return upgrade.kind === "end" && all ? { kind: "deviation", name: first } : undefined;
  }
  const [name] = excused.values();
  if (name === undefined) return undefined;
  const rest = (answer: ReconcileAnswer) => timeless(without(answer, [...excused.keys()]));
  return difference(rest(ours), rest(theirs)) === undefined ? { kind: "deviation", name } : undefined;
}

function excuseOf(sidecar: Sidecar, { pod, upgrade }: Pass): string | undefined {
  if (!sidecar.hot) return undefined;
  const { working, other } = rolesOf(sidecar, pod.annotations);
  const [now, former] = [containerIn(pod, working)?.image, containerIn(pod, other)?.image];
  if (former === sidecar.emptyImage) return undefined;
  if (now === sidecar.emptyImage) return MISTAKEN;
  const step = upgrade?.steps.find(({ sidecar: name }) => name === sidecar.name);
  if (former === sidecar.image && step?.kind === "reset" && step.container === working) return ROLLED_BACK;
  return now === sidecar.image && step === undefined ? CURRENT : undefined;
}

/** An answer without what it says of these sidecars. */
function without(answer: ReconcileAnswer, sidecars: readonly Sidecar[]): unknown {
  const containers = new Set(sidecars.flatMap(({ names }) => names));
  const sets = new Set(sidecars.map(({ name }) => name));
  const images = Object.entries(answer.images).filter(([name]) => !containers.has(name));
  const annotations = Object.entries(answer.annotations).map(([key, value]) => {
    const [prefix = "", name = ""] = key.split("/");
    if (prefix.endsWith(".sidecarset.kruise.io") && containers.has(name)) return [key, ""];
    if (key === "kruise.io/sidecarset-working-hotupgrade-container") return [key, withoutKeys(value, sets)];
    if (key === "kruise.io/sidecarset-inplace-update-state") return [key, withoutKeys(value, containers)];
    return [key, value];
  });
  return { ...answer, images: Object.fromEntries(images), annotations: Object.fromEntries(annotations) };
}

/** JSON without the members of these names, at any depth, nor times. */
function withoutKeys(text: string, names: ReadonlySet<string>): string {
  try {
    const pruned: unknown = JSON.parse(text, (key, value: unknown) =>
      names.has(key) || key === "updateTimestamp" ? undefined : value,
    );
    return JSON.stringify(pruned);
  } catch {
    return text;
  }
}
