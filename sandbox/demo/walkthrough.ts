import type { Kube, KubeObject } from "./kube.ts";
import {
  PODS,
  SIDECARSETS,
  conditionOf,
  containerStatus,
  countersOf,
  isReady,
  podManifest,
} from "./objects.ts";
import { watchRollout } from "./rollout.ts";
import type { Transcript } from "./transcript.ts";

const NAME = "test-sidecarset";
const SET = `${SIDECARSETS}/${NAME}`;
const PODS_IN_ALL = 5;

interface Stage {
  readonly kube: Kube;
  readonly out: Transcript;
  readonly sidecarSetManifest: Readonly<Record<string, unknown>>;
  readonly podManifest: Readonly<Record<string, unknown>>;
}

/** Plays the first documentation of SidecarSet, step by step; throws at the first promise that is not kept. */
export async function play(stage: Stage): Promise<void> {
  await createSidecarSet(stage);
  await createPod(stage);
  await showStatus(stage);
  await upgradeImage(stage);
  await changeCommand(stage);
  await recreatePod(stage);
}

async function createSidecarSet({ kube, out, sidecarSetManifest }: Stage): Promise<void> {
  out.step("Create the SidecarSet");
  await kube.request("POST", SIDECARSETS, sidecarSetManifest);
  out.command("kubectl apply -f sidecarset.yaml", `sidecarset.apps.kruise.io/${NAME} created`);
  const created = await kube.get(SET);
  out.check(
    "the policy filled in the defaults and stamped the hash",
    (created.metadata.annotations?.["kruise.io/sidecarset-hash"] ?? "").length === 64,
  );
  await out.until("condition InjectionReady: new Pods get this SidecarSet", async () =>
    conditionOf(await kube.get(SET), "InjectionReady")?.status === "True" ? true : undefined,
  );
}

async function createPod({ kube, out, podManifest: manifest }: Stage): Promise<void> {
  out.step("Create a Pod that matches");
  await kube.request("POST", PODS, manifest);
  out.command("kubectl apply -f pod.yaml", "pod/test-pod created");
  const pod = await podReady({ kube, out }, "test-pod");
  out.command("kubectl get pod", await kube.table(PODS));
  const names = pod.spec.containers.map(({ name }) => name);
  out.check("the Pod has the application and the sidecar", names.join() === "sidecar1,app", names);
  const volumes = (pod.spec.volumes ?? []).map(({ name }) => name);
  out.check("the volume of the SidecarSet is merged into the Pod", volumes.includes("log-volume"), volumes);
}

async function showStatus({ kube, out }: Stage): Promise<void> {
  out.step("Look at the status");
  const set = await countersReach({ kube, out }, { matchedPods: 1, readyPods: 1, updatedPods: 1 });
  const counters = countersOf(set);
  out.command(`kubectl get sidecarset ${NAME} -o yaml  # status, the counters`);
  out.block(
    Object.entries(counters)
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n"),
  );
  out.command("kubectl get sidecarset", await kube.table(SIDECARSETS));
}

async function upgradeImage({ kube, out }: Stage): Promise<void> {
  out.step(`Upgrade centos:6.7 to centos:6.8 in ${PODS_IN_ALL} running Pods, two at a time`);
  for (let index = 1; index < PODS_IN_ALL; index += 1)
    await kube.request("POST", PODS, podManifest(`web-${index}`));
  await countersReach({ kube, out }, { matchedPods: PODS_IN_ALL, readyPods: PODS_IN_ALL });
  const before = await kube.list(PODS);

  const rollout = watchRollout(kube, PODS, (line) => out.say(line));
  await kube.request(
    "PATCH",
    SET,
    [{ op: "replace", path: "/spec/containers/0/image", value: "centos:6.8" }],
    "application/json-patch+json",
  );
  out.command(
    `kubectl edit sidecarset ${NAME}  # image: centos:6.8`,
    `sidecarset.apps.kruise.io/${NAME} edited`,
  );
  await countersReach({ kube, out }, { updatedPods: PODS_IN_ALL, updatedReadyPods: PODS_IN_ALL });
  const mostUnavailable = await rollout.stop();

  out.check(
    `never more than 2 Pods were unavailable (most: ${mostUnavailable})`,
    mostUnavailable <= 2 && mostUnavailable > 0,
  );
  const after = new Map((await kube.list(PODS)).map((pod) => [pod.metadata.uid, pod]));
  out.check(
    "the same Pods, their sidecar restarted with the new image",
    before.every((pod) => {
      const sidecar = containerStatus(after.get(pod.metadata.uid), "sidecar1");
      return sidecar?.image.endsWith("centos:6.8") === true && sidecar.restartCount === 1;
    }),
  );
  out.check(
    "the application containers kept their container IDs",
    before.every((pod) => {
      const app = containerStatus(after.get(pod.metadata.uid), "app");
      return app?.restartCount === 0 && app.containerID === containerStatus(pod, "app")?.containerID;
    }),
  );
  out.command("kubectl get pod", await kube.table(PODS));
}

async function changeCommand({ kube, out }: Stage): Promise<void> {
  out.step("Change more than the image: Pods take it up when they are re-created");
  const value = ["sleep", "1d"];
  await kube.request(
    "PATCH",
    SET,
    [{ op: "replace", path: "/spec/containers/0/command", value }],
    "application/json-patch+json",
  );
  out.command(
    `kubectl edit sidecarset ${NAME}  # command: ["sleep", "1d"]`,
    `sidecarset.apps.kruise.io/${NAME} edited`,
  );
  const set = await countersReach({ kube, out }, { matchedPods: PODS_IN_ALL, updatedPods: 0 });
  const ready = conditionOf(set, "Ready");
  out.check(
    "condition Ready is False, reason PodRecreationRequired",
    ready?.reason === "PodRecreationRequired",
    ready,
  );
  out.block(ready?.message ?? "");
  const untouched = (await kube.list(PODS)).every(
    (pod) => isReady(pod) && containerStatus(pod, "sidecar1")?.restartCount === 1,
  );
  out.check("no Pod was touched", untouched);
}

async function recreatePod({ kube, out, podManifest: manifest }: Stage): Promise<void> {
  out.step("Re-create a Pod");
  await out.until("the new settings are live", async () =>
    conditionOf(await kube.get(SET), "InjectionReady")?.status === "True" ? true : undefined,
  );
  await kube.request("DELETE", `${PODS}/test-pod`);
  await out.until("the old Pod is gone", async () =>
    (await kube.list(PODS)).some(({ metadata }) => metadata.name === "test-pod") ? undefined : true,
  );
  await kube.request("POST", PODS, manifest);
  out.command("kubectl replace --force -f pod.yaml", 'pod "test-pod" deleted\npod/test-pod replaced');
  const pod = await podReady({ kube, out }, "test-pod");
  const sidecar = pod.spec.containers.find(({ name }) => name === "sidecar1");
  out.check("the new Pod has the new command", sidecar?.command?.join(" ") === "sleep 1d", sidecar?.command);
  await countersReach({ kube, out }, { matchedPods: PODS_IN_ALL, updatedPods: 1, readyPods: PODS_IN_ALL });
  out.command("kubectl get sidecarset", await kube.table(SIDECARSETS));
}

async function podReady({ kube, out }: Pick<Stage, "kube" | "out">, name: string): Promise<KubeObject> {
  return out.until(`Pod ${name} is ready, 2 of 2 containers`, async () => {
    const pod = await kube.get(`${PODS}/${name}`);
    const statuses = pod.status?.containerStatuses ?? [];
    return isReady(pod) && statuses.length === 2 && statuses.every(({ ready }) => ready) ? pod : undefined;
  });
}

async function countersReach(
  { kube, out }: Pick<Stage, "kube" | "out">,
  expected: Readonly<Record<string, number>>,
): Promise<KubeObject> {
  const wanted = Object.entries(expected);
  return out.until(`status ${wanted.map(([name, value]) => `${name} ${value}`).join(", ")}`, async () => {
    const set = await kube.get(SET);
    const current = set.status?.["observedGeneration"] === set.metadata.generation;
    return current && wanted.every(([name, value]) => (set.status?.[name] ?? 0) === value) ? set : undefined;
  });
}
