import { createHash } from "node:crypto";

/** A container as a Pod's spec names it. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly restartPolicy?: string;
}

/** The parts of a Pod that decide what a kubelet does next. */
export interface KubeletPod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly restartPolicy?: string;
    readonly containers: readonly ContainerSpec[];
    readonly initContainers?: readonly ContainerSpec[];
    readonly readinessGates?: readonly { readonly conditionType: string }[];
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
}

/** One container on the node. `image` is what it is or will be started with, in the spec's words. */
export interface RunningContainer {
  readonly image: string;
  /** The image of the last start, which is reported until the next; absent before the first. */
  readonly startedImage?: string;
  /** `crashed`: it ended by itself and waits to be started again. */
  readonly state: "creating" | "running" | "exited" | "crashed";
  readonly restarts: number;
  readonly since: string;
}

/** All that the node knows of a Pod: its containers by name, init containers too. */
export type NodeState = ReadonlyMap<string, RunningContainer>;

/** A step of a Pod on its node; `after` is how long the node takes for the one that follows. */
export interface Step {
  readonly state: NodeState;
  readonly changed: boolean;
  /** True while a container is being created, so that the next step is due without a change of the Pod. */
  readonly unfinished: boolean;
}

/** Images that cannot be pulled. */
const missingImage = /(^|\/)missing[:@]/;

/**
 * The next step: new containers and those whose image changed are created first and run a step later; one whose command
 * is `true` exits. Containers that are not concerned are untouched. Pure: equal arguments, equal step.
 */
export function nextStep({ spec }: KubeletPod, state: NodeState, now: string): Step {
  const next = new Map<string, RunningContainer>();
  let changed = false;
  let unfinished = false;
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    const before = state.get(container.name);
    const after = advance(container, before, isEndless(spec.initContainers, container), now);
    next.set(container.name, after);
    changed ||= after !== before;
    unfinished ||= after.state === "creating" && !missingImage.test(container.image);
  }
  const applicationEnded = spec.containers.every(({ name }) => next.get(name)?.state === "exited");
  if (applicationEnded) {
    for (const { name } of spec.initContainers ?? []) {
      const sidecar = next.get(name);
      if (sidecar?.state !== "running") continue;
      next.set(name, { ...sidecar, state: "exited", since: now });
      changed = true;
    }
  }
  return { state: next, changed, unfinished };
}

function advance(
  container: ContainerSpec,
  before: RunningContainer | undefined,
  endless: boolean,
  now: string,
): RunningContainer {
  if (before === undefined) return { image: container.image, state: "creating", restarts: 0, since: now };
  if (before.state === "exited") return before;
  if (before.image !== container.image) {
    const restarts = before.state === "running" ? before.restarts + 1 : before.restarts;
    return { ...before, image: container.image, state: "creating", restarts, since: now };
  }
  if (before.state === "crashed") return { ...before, state: "running", since: now };
  if (before.state === "creating" && !missingImage.test(container.image)) {
    const { image } = container;
    return { ...before, startedImage: image, state: endless ? "running" : "exited", since: now };
  }
  return before;
}

/** The state of a Pod whose containers have crashed after as many restarts. */
export function crashed({ spec }: KubeletPod, restarts: number, now: string): NodeState {
  return new Map(
    spec.containers.map(({ name, image }) => [
      name,
      { image, startedImage: image, state: "crashed", restarts, since: now },
    ]),
  );
}

/** Init containers end, unless they are native sidecars; others end when their command is `true`. */
function isEndless(initContainers: readonly ContainerSpec[] | undefined, container: ContainerSpec): boolean {
  return initContainers?.includes(container) === true
    ? container.restartPolicy === "Always"
    : container.command?.[0] !== "true";
}

/** The status that a kubelet reports for a Pod in this state. Conditions that others own are left out. */
export function podStatus(pod: KubeletPod, state: NodeState, now: string): Record<string, unknown> {
  const { spec, metadata } = pod;
  const statuses = (containers: readonly ContainerSpec[]): Record<string, unknown>[] =>
    containers.map(({ name }) => containerStatus(metadata.uid, name, state.get(name)));
  const isIn = (wanted: RunningContainer["state"]) => (container: ContainerSpec) =>
    state.get(container.name)?.state === wanted;
  const initContainers = spec.initContainers ?? [];
  const initialized = !initContainers.some(isIn("creating"));
  const succeeded = spec.containers.every(isIn("exited"));
  const started = [...state.values()].some(
    (container) => container.state !== "creating" || container.restarts > 0,
  );
  const containersReady =
    spec.containers.every(isIn("running")) &&
    initContainers.every((container) => container.restartPolicy !== "Always" || isIn("running")(container));
  const gatesOpen = (spec.readinessGates ?? []).every(({ conditionType }) =>
    pod.status?.conditions?.some(({ type, status }) => type === conditionType && status === "True"),
  );
  const condition = (type: string, value: boolean): Condition => {
    const status = value ? "True" : "False";
    const before = pod.status?.conditions?.find((candidate) => candidate.type === type);
    return {
      type,
      status,
      lastTransitionTime: (before?.status === status && before.lastTransitionTime) || now,
    };
  };
  return {
    phase: succeeded ? "Succeeded" : started ? "Running" : "Pending",
    hostIP: "127.0.0.1",
    hostIPs: [{ ip: "127.0.0.1" }],
    podIP: "10.1.0.1",
    podIPs: [{ ip: "10.1.0.1" }],
    conditions: [
      condition("PodScheduled", true),
      condition("Initialized", initialized),
      condition("ContainersReady", containersReady),
      condition("Ready", containersReady && gatesOpen),
    ],
    containerStatuses: statuses(spec.containers),
    ...(initContainers.length > 0 && { initContainerStatuses: statuses(initContainers) }),
  };
}

function containerStatus(
  uid: string,
  name: string,
  container: RunningContainer | undefined,
): Record<string, unknown> {
  if (container === undefined) throw new Error(`container ${name}: expected a state`);
  const { image, startedImage, state, restarts, since } = container;
  const reference = fullReference(startedImage ?? image);
  const started = startedImage !== undefined;
  const runs = state === "creating" && started ? restarts - 1 : restarts;
  const containerID = `containerd://${digest(`${uid}/${name}/${runs}`)}`;
  return {
    name,
    image: reference,
    imageID: started ? `${reference.replace(/:[^:/]*$/, "")}@sha256:${digest(reference)}` : "",
    ...(started && { containerID }),
    ready: state === "running",
    started: state === "running",
    restartCount: runs,
    state:
      state === "running"
        ? { running: { startedAt: since } }
        : state === "exited"
          ? {
              terminated: {
                exitCode: 0,
                reason: "Completed",
                startedAt: since,
                finishedAt: since,
                containerID,
              },
            }
          : { waiting: { reason: waitingReason(image, state) } },
  };
}

function waitingReason(image: string, state: "creating" | "crashed"): string {
  if (state === "crashed") return "CrashLoopBackOff";
  return missingImage.test(image) ? "ImagePullBackOff" : "ContainerCreating";
}

/** containerd reports `docker.io/library/centos:6.7` for an image that the spec calls `centos:6.7`. */
function fullReference(image: string): string {
  const [first = ""] = image.split("/");
  if (!image.includes("/")) return `docker.io/library/${image}`;
  return /[.:]/.test(first) || first === "localhost" ? image : `docker.io/${image}`;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
