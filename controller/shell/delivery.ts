import type { InjectionFindings } from "../core/injection-condition.ts";
import type { SidecarSet } from "../model/sidecarset.ts";
import type { ReconcileResult } from "../runtime/workers.ts";

/**
 * The way on which the documents of all sets (`SetDocuments`) get to the policy, and the knowledge of where they are. One
 * pass at a time; the caller starts it when a document or the place itself may have changed.
 */
export interface Delivery {
  /** Brings the place closer to the documents. */
  reconcile(signal: AbortSignal): Promise<ReconcileResult>;
  /** What new Pods get of a set, and why not its present state; undefined before the first pass. */
  findings(set: SidecarSet): InjectionFindings | undefined;
  /** Forgets a set that is gone. */
  forget(set: string): void;
}
