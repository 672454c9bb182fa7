import type { Answer } from "../control-plane/api-client.ts";
import { create, type Environment, read, until } from "./environment.ts";

/** Path of all SidecarSets. */
export const sidecarSets = "/apis/apps.kruise.io/v1beta1/sidecarsets";

/** Path of the Pods of a namespace. */
export function podsIn(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/pods`;
}

/** A container with nothing but a name and an image, and what else is given. */
export function container(name: string, image: string, more: object = {}): Record<string, unknown> {
  return { name, image, ...more };
}

/** A Pod with one container `app`. */
export function pod(
  name: string,
  labels: Record<string, string>,
  spec: object = {},
  annotations: Record<string, string> = {},
): Record<string, unknown> {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels, annotations },
    spec: { containers: [container("app", "nginx:1.15.1")], ...spec },
  };
}

/** A SidecarSet for the Pods with label `app: NAME`. */
export function sidecarSet(name: string, spec: object): Record<string, unknown> {
  return {
    apiVersion: "apps.kruise.io/v1beta1",
    kind: "SidecarSet",
    metadata: { name },
    spec: { selector: { matchLabels: { app: name } }, ...spec },
  };
}

/** Makes a namespace whose default account exists, as Pods need it. */
export async function createNamespace(
  environment: Environment,
  name: string,
  labels: Record<string, string> = {},
): Promise<void> {
  await create(environment, "/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels },
  });
  if (!environment.hasControllers) return;
  const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
  await until(
    `service account default in ${name}`,
    () => environment.admin.get(account),
    (answer) => answer.status === 200,
  );
}

/** The condition of an object by type; undefined when it has none. */
export function condition(object: Answer["body"], type: string): Answer["body"] {
  return object.status?.conditions?.find((candidate: { type: string }) => candidate.type === type);
}

/** Waits until the SidecarSet says that new Pods get it as it is now. */
export async function injectionReady(environment: Environment, name: string): Promise<Answer["body"]> {
  return await until(
    `SidecarSet ${name}: InjectionReady`,
    () => read(environment, `${sidecarSets}/${name}`),
    (set) => {
      const ready = condition(set, "InjectionReady");
      return ready?.status === "True" && ready.observedGeneration === set.metadata.generation
        ? set
        : undefined;
    },
  );
}

/** Waits until the status of a SidecarSet describes its present spec and has these fields. */
export async function statusBecomes(
  environment: Environment,
  name: string,
  wanted: Record<string, number>,
  seconds?: number,
): Promise<Answer["body"]> {
  return await until(
    `SidecarSet ${name}: status ${JSON.stringify(wanted)}`,
    () => read(environment, `${sidecarSets}/${name}`),
    (set) =>
      set.status?.observedGeneration === set.metadata.generation &&
      Object.entries(wanted).every(([field, value]) => set.status[field] === value) &&
      set,
    seconds,
  );
}

/** Waits until Pods with these names are Ready and answers them in the same order. */
export async function podsReady(
  environment: Environment,
  namespace: string,
  names: readonly string[],
): Promise<readonly Answer["body"][]> {
  return await until(
    `Pods ${names.join(", ")} in ${namespace}: Ready`,
    () => read(environment, podsIn(namespace)),
    (list) => {
      const pods = names.map((name) =>
        list.items.find((item: Answer["body"]) => item.metadata.name === name),
      );
      return pods.every((item) => item !== undefined && condition(item, "Ready")?.status === "True") && pods;
    },
  );
}

/** The status of a container of a Pod by name; undefined when it has none. */
export function containerStatus(of: Answer["body"], name: string): Answer["body"] {
  return of.status?.containerStatuses?.find((status: { name: string }) => status.name === name);
}

/** Names of the Pod's containers, in order. */
export function containerNames(of: Answer["body"]): string[] {
  return of.spec.containers.map((each: { name: string }) => each.name);
}

/** Removes a namespace with everything in it. SidecarSets are removed after every case by its runner. */
export async function removeNamespace(environment: Environment, namespace: string): Promise<void> {
  await environment.admin.delete(podsIn(namespace));
  await environment.admin.delete(`/api/v1/namespaces/${namespace}`);
}

/** Removes all SidecarSets, so that a case that failed leaves nothing that the next one could conflict with. */
export async function removeSidecarSets(environment: Environment): Promise<void> {
  await environment.admin.delete(sidecarSets);
}
