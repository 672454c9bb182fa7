import { type JsonObject, objectsAt, textAt } from "../json/value.ts";
import type { KubeObject } from "../store/object.ts";
import { behaviourOf } from "./behaviour.ts";
import { type ContainerRuntime, type Happening, type Wanted, advance, wakeAt } from "./container-runtime.ts";
import type { KubeletOptions } from "./kubelet-options.ts";

/** A Pod as the kubelet runs it. */
export interface PodRuntime {
  readonly startedAt: number;
  readonly ip: string;
  /** By container name; those that have not begun are missing. */
  readonly containers: ReadonlyMap<string, ContainerRuntime>;
  /** Whether all init containers are through; it stays true when a native sidecar restarts. */
  readonly initialized: boolean;
}

/** A Pod after a step. */
export interface PodStep {
  readonly runtime: PodRuntime;
  readonly happenings: readonly Happening[];
  /** When to look again without being told; undefined for never. */
  readonly wakeAt: number | undefined;
}

/** Whether an init container keeps running beside the containers. */
export function isNativeSidecar(container: JsonObject): boolean {
  return container["restartPolicy"] === "Always";
}

/** Takes every container of a Pod as far as it has come by `now`: init containers in order, then the others. */
export function advancePod(
  pod: KubeObject,
  before: PodRuntime,
  now: number,
  options: KubeletOptions,
): PodStep {
  const containers = new Map(before.containers);
  const happenings: Happening[] = [];
  const wakes: number[] = [];
  const step = (container: JsonObject, isInit: boolean): ContainerRuntime => {
    const known = containers.get(textAt(container, "name") ?? "");
    const keepsImage =
      isNativeSidecar(container) && !options.restartsNativeSidecars && known?.state.kind === "running";
    const wanted = wantedOf(pod, container, isInit, keepsImage ? known?.image : undefined);
    const result = advance(wanted, known, now, options);
    containers.set(wanted.name, result.runtime);
    happenings.push(...result.happenings);
    const wake = wakeAt(wanted, result.runtime, now, options);
    if (wake !== undefined) wakes.push(wake);
    return result.runtime;
  };
  let through = true;
  for (const container of objectsAt(pod, "spec", "initContainers")) {
    if (!through && !before.initialized) break;
    const { kind } = step(container, !isNativeSidecar(container)).state;
    through &&= kind === "completed" || (isNativeSidecar(container) && kind === "running");
  }
  const initialized = before.initialized || through;
  if (initialized) for (const container of objectsAt(pod, "spec", "containers")) step(container, false);
  return {
    runtime: { ...before, containers, initialized },
    happenings,
    wakeAt: wakes.length === 0 ? undefined : Math.min(...wakes),
  };
}

function wantedOf(
  pod: KubeObject,
  container: JsonObject,
  isInit: boolean,
  image = textAt(container, "image") ?? "",
): Wanted {
  return {
    name: textAt(container, "name") ?? "",
    image,
    isInit,
    behaviour: behaviourOf(pod, container),
  };
}
