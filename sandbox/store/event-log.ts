import type { KubeObject } from "./object.ts";

/** One change of one object. */
export interface StoreEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** The state after the change; for DELETED the last state, with the revision of the deletion. */
  readonly object: KubeObject;
  /** The state before the change; absent for ADDED. */
  readonly previous?: KubeObject;
  readonly revision: number;
}

/** The latest changes of one resource. A watch can start at any revision that is not older than the log. */
export class EventLog {
  private events: StoreEvent[] = [];
  /** Every change with a higher revision is still in the log. */
  private oldestStart = 0;
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  append(event: StoreEvent): void {
    this.events.push(event);
    if (this.events.length > this.limit * 2) this.drop(this.events.length - this.limit);
  }

  /** The changes after `revision`, or undefined when some of them are forgotten. */
  after(revision: number): StoreEvent[] | undefined {
    if (revision < this.oldestStart) return undefined;
    return this.events.filter((event) => event.revision > revision);
  }

  /** Forgets everything up to and including `revision`, as etcd's compaction does. */
  compact(revision: number): void {
    this.events = this.events.filter((event) => event.revision > revision);
    this.oldestStart = Math.max(this.oldestStart, revision);
  }

  private drop(count: number): void {
    this.oldestStart = this.events[count - 1]?.revision ?? this.oldestStart;
    this.events = this.events.slice(count);
  }
}
