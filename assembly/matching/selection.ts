import { Elements } from "@kubewarden/as-sdk/assembly/json";
import { makeRoom } from "@kubewarden/as-sdk/assembly/memory";
import { Labels } from "./labels";
import { Candidate, inOrder } from "./order";
import { SetHeader, namesItsNamespaces } from "./set-header";
import { Verdict, judge } from "./verdict";

/** A SidecarSet that cannot be judged, and why. */
export class Fault {
  constructor(
    public readonly candidate: Candidate,
    public readonly verdict: Verdict,
  ) {}
}

/** The SidecarSets that concern a Pod. Those that do not are not kept. */
export class Selection {
  /** In the order in which they apply. */
  readonly matched: Array<Candidate> = [];
  /** Those whose answer needs the labels of the Namespace, in the order of the settings. */
  readonly undecided: Array<Candidate> = [];
  readonly faults: Array<Fault> = [];
}

/**
 * Judges all SidecarSets for a Pod, by what the request alone says. Cost: one pass over the settings.
 *
 * @param namespace JSON string with the name of the Pod's Namespace, or 0.
 */
export function selectSets(sidecarSets: usize, podLabels: usize, namespace: usize): Selection {
  const selection = new Selection();
  const header = new SetHeader();
  const ofPod = new Labels(podLabels);
  const ofNamespace = new Labels(0, namespace, false);
  const sets = new Elements(sidecarSets);
  while (sets.next()) {
    header.read(sets.value);
    const verdict = judge(header, ofPod, namespace, ofNamespace);
    if (verdict == Verdict.Matched) selection.matched.push(candidateOf(sets, header));
    else if (verdict == Verdict.NamespaceUnread) selection.undecided.push(candidateOf(sets, header));
    else if (verdict == Verdict.SelectorFaulty || verdict == Verdict.NamespaceSelectorFaulty) {
      selection.faults.push(new Fault(candidateOf(sets, header), verdict));
    }
  }
  inOrder(selection.matched);
  return selection;
}

/** Judges the undecided sets again, now that the labels of the Namespace (0: it has none) have been read. */
export function decideByNamespace(
  selection: Selection,
  podLabels: usize,
  namespace: usize,
  labels: usize,
): void {
  const header = new SetHeader();
  const ofPod = new Labels(podLabels);
  const ofNamespace = new Labels(labels, namespace);
  for (let i = 0; i < selection.undecided.length; i++) {
    const candidate = selection.undecided[i];
    header.read(candidate.set);
    if (judge(header, ofPod, namespace, ofNamespace) == Verdict.Matched) selection.matched.push(candidate);
  }
  inOrder(selection.matched);
}

function candidateOf(sets: Elements, header: SetHeader): Candidate {
  makeRoom(0);
  return new Candidate(sets.value, sets.index, header.name, namesItsNamespaces(header));
}
