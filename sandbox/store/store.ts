import { EventLog, type StoreEvent } from "./event-log.ts";
import { type KubeObject, objectKey } from "./object.ts";

/** Called synchronously, in order, for every change of one resource. */
export type Listener = (event: StoreEvent) => void;

interface Shelf {
  readonly objects: Map<string, KubeObject>;
  readonly log: EventLog;
  readonly listeners: Set<Listener>;
}

/**
 * Objects by resource key (`pods`, `sidecarsets.apps.kruise.io`), with one revision counter for all of them.
 * It knows nothing of what the objects mean; the API layer decides what may be written.
 */
export class Store {
  private readonly shelves = new Map<string, Shelf>();
  private readonly everywhere = new Set<Listener>();
  private readonly untold: { readonly shelf: Shelf; readonly event: StoreEvent }[] = [];
  private readonly historyLimit: number;
  private counter = 1;

  /** `historyLimit`: how many changes of a resource a watch may lie behind at least. */
  constructor(historyLimit = 5000) {
    this.historyLimit = historyLimit;
  }

  /** The revision of the latest change of anything. */
  get revision(): number {
    return this.counter;
  }

  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.shelf(resource).objects.get(objectKey(namespace, name));
  }

  /** All objects of a resource by namespace and name, bytewise. */
  list(resource: string): KubeObject[] {
    const { objects } = this.shelf(resource);
    return [...objects].sort(([left], [right]) => compareKeys(left, right)).map(([, object]) => object);
  }

  /** All objects of a resource in no particular order, without copying. */
  objects(resource: string): IterableIterator<KubeObject> {
    return this.shelf(resource).objects.values();
  }

  /** Stores a new object or the next state of one; the answer carries the new resourceVersion. */
  put(resource: string, object: KubeObject): KubeObject {
    const shelf = this.shelf(resource);
    const key = objectKey(object.metadata.namespace, object.metadata.name);
    const previous = shelf.objects.get(key);
    const stored = this.stamp(object);
    shelf.objects.set(key, stored);
    this.publish(
      shelf,
      previous === undefined
        ? { type: "ADDED", object: stored, revision: this.counter }
        : { type: "MODIFIED", object: stored, previous, revision: this.counter },
    );
    return stored;
  }

  /** Removes an object. The answer is its last state under the revision of the removal. */
  remove(resource: string, object: KubeObject): KubeObject {
    const shelf = this.shelf(resource);
    const key = objectKey(object.metadata.namespace, object.metadata.name);
    const previous = shelf.objects.get(key) ?? object;
    shelf.objects.delete(key);
    const last = this.stamp(object);
    this.publish(shelf, { type: "DELETED", object: last, previous, revision: this.counter });
    return last;
  }

  /** Follows a resource from now on; the answer ends it. */
  listen(resource: string, listener: Listener): () => void {
    const { listeners } = this.shelf(resource);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  /** Follows every resource from now on; the answer ends it. */
  listenToAll(listener: Listener): () => void {
    this.everywhere.add(listener);
    return () => {
      this.everywhere.delete(listener);
    };
  }

  /** The changes after `revision`, or undefined when the log no longer reaches that far back. */
  changesAfter(resource: string, revision: number): StoreEvent[] | undefined {
    return this.shelf(resource).log.after(revision);
  }

  /** Forgets the history of a resource, or of all, so that watches from older revisions are answered with 410. */
  compact(resource?: string): void {
    const shelves = resource === undefined ? this.shelves.values() : [this.shelf(resource)];
    for (const { log } of shelves) log.compact(this.counter);
  }

  /** The keys of all resources that hold or held objects. */
  resources(): string[] {
    return [...this.shelves.keys()];
  }

  private stamp(object: KubeObject): KubeObject {
    this.counter += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.counter) } };
  }

  /** Listeners may write: what they cause is told when everyone has heard of the cause. */
  private publish(shelf: Shelf, event: StoreEvent): void {
    shelf.log.append(event);
    this.untold.push({ shelf, event });
    if (this.untold.length > 1) return;
    for (let next = this.untold[0]; next !== undefined; next = this.untold[0]) {
      for (const listener of next.shelf.listeners) tell(listener, next.event);
      for (const listener of this.everywhere) tell(listener, next.event);
      this.untold.shift();
    }
  }

  private shelf(resource: string): Shelf {
    let shelf = this.shelves.get(resource);
    if (shelf === undefined) {
      shelf = { objects: new Map(), log: new EventLog(this.historyLimit), listeners: new Set() };
      this.shelves.set(resource, shelf);
    }
    return shelf;
  }
}

/** A listener that throws is a bug; it must neither hide nor keep the others from hearing. */
function tell(listener: Listener, event: StoreEvent): void {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function compareKeys(left: string, right: string): number {
  // "/" sorts behind "-" and ".": compare namespaces whole, so that "a" comes before "a-b".
  const [leftFirst = "", leftSecond = ""] = left.split("/");
  const [rightFirst = "", rightSecond = ""] = right.split("/");
  return compare(leftFirst, rightFirst) || compare(leftSecond, rightSecond);
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
