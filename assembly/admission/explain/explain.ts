import {
  Ascii,
  AdmissionRequest,
  Elements,
  ValidationResponse,
  decode,
  member,
  textEquals,
} from "@kubewarden/as-sdk/assembly";
import { DrawIdentity } from "../../injection/revision/draw";
import { InjectionPlan } from "../../injection/plan";
import { Labels } from "../../matching/labels";
import { Candidate } from "../../matching/order";
import { SetHeader, namesItsNamespaces } from "../../matching/set-header";
import { Verdict, judge } from "../../matching/verdict";
import { PodView } from "../../pod/pod-view";
import { Settings } from "../../settings/settings";
import { readNamespaceLabels } from "../namespace";
import { fitting } from "../warnings";
import { brought } from "./brought";
import { keptOut } from "./kept-out";

const EXPLAIN_ANNOTATION: Ascii = "sidecarset-kubewarden/explain";
/** Kubernetes shows 4096 characters of all warnings together; some are left to warnings of another kind. */
const WARNINGS_LIMIT = 3500;
/** Characters of all audit annotations together: they go into one event of the audit log. */
const ANNOTATIONS_LIMIT = 32000;

/**
 * Whether somebody asks why the Pod gets the sidecars it gets: the settings for every Pod, or a dry run by the annotation
 * with the value true.
 */
export function asksWhy(request: AdmissionRequest, settings: Settings): bool {
  if (settings.explains) return true;
  if (!request.isDryRun) return false;
  return textEquals(
    member(member(member(request.object, "metadata"), "annotations"), EXPLAIN_ANNOTATION),
    "true",
  );
}

/**
 * Adds to the answer, as a warning and as an audit annotation for each SidecarSet of the settings, which gate let it in
 * or kept it out, the term that decided, and what it brings. Sets that select the Pod come first, and as many as fit.
 */
export function explain(
  sidecarSets: usize,
  pod: PodView,
  identity: DrawIdentity,
  plan: InjectionPlan | null,
  response: ValidationResponse,
): void {
  const header = new SetHeader();
  const labels = new Labels(pod.labels);
  const namespace = identity.namespace;
  let ofNamespace = new Labels(0, namespace, false);
  const report = new Report(response);
  const others: Array<Reason> = [];
  const sets = new Elements(sidecarSets);
  while (sets.next()) {
    header.read(sets.value);
    let verdict = judge(header, labels, namespace, ofNamespace);
    if (verdict == Verdict.NamespaceUnread) {
      const read = readNamespaceLabels(namespace);
      if (read.problem.length == 0) ofNamespace = new Labels(read.labels, namespace);
      verdict = judge(header, labels, namespace, ofNamespace);
    }
    const candidate = new Candidate(sets.value, sets.index, header.name, namesItsNamespaces(header));
    if (verdict == Verdict.Matched) report.add(candidate, brought(candidate, labels, identity, plan));
    else others.push(new Reason(candidate, keptOut(verdict, header, labels, namespace, ofNamespace)));
  }
  for (let i = 0; i < others.length; i++) report.add(others[i].candidate, others[i].text);
  report.close();
}

class Reason {
  constructor(
    readonly candidate: Candidate,
    readonly text: string,
  ) {}
}

/** Puts reasons into a response as long as they fit. */
class Report {
  private warned: i32 = 0;
  private annotated: i32 = 0;
  private left: i32 = 0;

  constructor(private readonly response: ValidationResponse) {}

  add(candidate: Candidate, reason: string): void {
    const warning = fitting(`${candidate}: ${reason}`);
    if (this.left == 0 && this.warned + warning.length <= WARNINGS_LIMIT) {
      this.warned += warning.length;
      this.response.warn(warning);
    } else this.left++;
    this.annotated += reason.length;
    if (candidate.name == 0 || this.annotated > ANNOTATIONS_LIMIT) return;
    this.response.annotate(decode(candidate.name), reason);
  }

  /** Says how many sets there was no room for. */
  close(): void {
    if (this.left > 0) this.response.warn(`and ${this.left} more: see the audit annotations`);
  }
}
