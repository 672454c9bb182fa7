import { EffectiveSet } from "./effective-set";

const NOTHING: Array<usize> = [];

/** Where a produced container goes in its list. */
export enum Placement {
  /** Ahead of all containers that the Pod came with. */
  Before,
  /** Behind them. */
  After,
  /** In the place of the Pod's container of the same name. */
  Replace,
}

/**
 * One container that the plan puts into the Pod: a container of a SidecarSet and what is done to it.
 *
 * All values are addresses of JSON values; the lists hold what is added behind the container's own entries,
 * and are replaced, never filled: most sidecars share an empty one.
 */
export class Sidecar {
  placement: Placement = Placement.After;
  /** The Pod's container that this one replaces, or 0. */
  replaces: usize = 0;
  /** Env entries behind `IS_INJECTED`. */
  env: Array<usize> = NOTHING;
  volumeMounts: Array<usize> = NOTHING;
  volumeDevices: Array<usize> = NOTHING;
  /** A JSON string that replaces `image`, or 0. */
  image: usize = 0;
  /** A JSON object that replaces `resources`, or 0. */
  resources: usize = 0;

  constructor(
    public readonly set: EffectiveSet,
    /** The container in the SidecarSet. */
    public readonly source: usize,
    /** JSON string: the name in the Pod. */
    public readonly name: usize,
    public readonly init: bool,
  ) {}
}
