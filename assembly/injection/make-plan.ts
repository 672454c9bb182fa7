import {
  Ascii,
  Elements,
  compareText,
  decode,
  isObject,
  member,
  sameText,
} from "@kubewarden/as-sdk/assembly/json";
import { closeRegion, makeRoom, openRegion } from "@kubewarden/as-sdk/assembly/memory";
import { jsonText } from "../document/json-text";
import { PodView } from "../pod/pod-view";
import { HASH_ANNOTATION, HASH_WITHOUT_IMAGE_ANNOTATION } from "../sidecarset/hash/hashes";
import { planResources } from "../resources/plan-resources";
import { admissionTime } from "./admission-time";
import { withoutReplacedBases } from "./canary";
import { EffectiveSet, isNative } from "./effective-set";
import { hotPair, isHot } from "./hot-upgrade";
import { patchAnnotations } from "./metadata/patch-annotations";
import { addToNameList } from "./name-list";
import { place, sortByName } from "./place";
import { InjectionPlan } from "./plan";
import { InjectionRecord, InjectionRecords, readRecords } from "./records";
import { envAdditions } from "./sharing/env-additions";
import { sharedVolumes } from "./sharing/shared-volumes";
import { transferredEnv } from "./sharing/transferred-env";
import { Sidecar } from "./sidecar";
import { addPullSecrets, addReferencedVolumes } from "./volumes";

const INJECTED_LIST_ANNOTATION: Ascii = "kruise.io/sidecarset-injected-list";

/**
 * Decides what the matched SidecarSets do to a Pod, in their order. Pure: reads only its arguments.
 *
 * The Pod's shape and the sets' shapes have been checked. Init containers are always sorted by name, containers on demand.
 */
export function planInjection(
  matched: Array<EffectiveSet>,
  pod: PodView,
  sortsContainers: bool = false,
): InjectionPlan {
  const sets = withoutReplacedBases(matched);
  const plan = new InjectionPlan(pod.annotations);
  if (sets.length == 0) return plan;
  for (let i = 0; i < sets.length; i++) {
    plan.rejection = patchAnnotations(sets[i], plan.annotations);
    if (plan.rejection.length > 0) return plan;
  }
  const hashKey = jsonText(HASH_ANNOTATION.toString());
  const withoutImageKey = jsonText(HASH_WITHOUT_IMAGE_ANNOTATION.toString());
  const hashes = recordsIn(plan, hashKey, HASH_ANNOTATION);
  const withoutImage = recordsIn(plan, withoutImageKey, HASH_WITHOUT_IMAGE_ANNOTATION);
  if (hashes == null || withoutImage == null) return plan;

  plan.volumeNames.addAll(pod.volumes);
  plan.secretNames.addAll(pod.imagePullSecrets);
  const now = admissionTime(pod.metadata);
  const names: Array<usize> = [];
  for (let i = 0; i < sets.length; i++) {
    const set = sets[i];
    makeRoom(0);
    names.push(set.name);
    const listed = addSidecars(plan, set, sets, pod);
    if (plan.rejection.length > 0) return plan;
    addPullSecrets(set, plan.secretNames, plan.imagePullSecrets);
    if (listed == null) continue;
    const record = newRecord(set, set.hash, listed, now);
    record.controllerRevision = set.revision;
    hashes.put(record);
    withoutImage.put(newRecord(set, set.hashWithoutImage, listed, now));
  }
  if (!plan.addsContainers()) return plan;

  sortByName(plan.initContainers);
  if (sortsContainers) sortByName(plan.containers);
  place(plan.initContainers, pod.initContainers);
  place(plan.containers, pod.containers);
  const listKey = jsonText(INJECTED_LIST_ANNOTATION.toString());
  plan.annotations.set(hashKey, hashes.toJsonText());
  plan.annotations.set(withoutImageKey, withoutImage.toJsonText());
  plan.annotations.set(listKey, addToNameList(plan.annotations.value(listKey), names));
  return plan;
}

function recordsIn(plan: InjectionPlan, key: usize, name: Ascii): InjectionRecords | null {
  const records = readRecords(plan.annotations.value(key));
  if (records == null) {
    plan.rejection =
      `metadata.annotations[${name}]: expected a JSON object of records by SidecarSet name; remove the ` +
      "annotation from the Pod or its template";
  }
  return records;
}

/** Plans a set's containers. Answers the sorted names that its record lists, null when it brought no container. */
function addSidecars(
  plan: InjectionPlan,
  set: EffectiveSet,
  sets: Array<EffectiveSet>,
  pod: PodView,
): Array<usize> | null {
  const count = plan.containers.length + plan.initContainers.length;
  const listed: Array<usize> = [];
  const initContainers = new Elements(set.initContainers);
  while (initContainers.next()) {
    if (isNative(initContainers.value)) addInOrder(listed, member(initContainers.value, "name"));
    addSidecar(
      plan,
      new Sidecar(set, initContainers.value, member(initContainers.value, "name"), true),
      sets,
      pod,
    );
  }
  const containers = new Elements(set.containers);
  while (containers.next()) {
    addInOrder(listed, member(containers.value, "name"));
    addSidecar(plan, new Sidecar(set, containers.value, member(containers.value, "name"), false), sets, pod);
  }
  return plan.containers.length + plan.initContainers.length > count ? listed : null;
}

function addSidecar(plan: InjectionPlan, sidecar: Sidecar, sets: Array<EffectiveSet>, pod: PodView): void {
  const source = sidecar.source;
  const policy = member(source, "resourcesPolicy");
  if (isObject(policy)) {
    const planned = planResources(policy, pod, sets);
    sidecar.resources = planned.value;
    if (planned.problem.length > 0) {
      plan.rejection = `sidecarset ${decode(sidecar.set.name)}: container ${decode(sidecar.name)}: ${planned.problem}`;
    }
  }
  share(sidecar, pod, plan);
  addReferencedVolumes(source, sidecar.set, plan.volumeNames, plan.volumes);
  const list = sidecar.init ? plan.initContainers : plan.containers;
  const doubled = isHot(source) && (!sidecar.init || isNative(source));
  if (doubled) addAll(hotPair(sidecar, plan.annotations), list);
  else list.push(sidecar);
}

/** Gives a sidecar what it shares with the Pod's containers. Where that is nothing, finding out costs no memory. */
function share(sidecar: Sidecar, pod: PodView, plan: InjectionPlan): void {
  const region = openRegion();
  const shared = sharedVolumes(sidecar.source, pod.containers);
  const transferred = transferredEnv(sidecar.source, pod, plan.annotations);
  const env = envAdditions(member(sidecar.source, "env"), transferred, shared.env);
  if (env.length + shared.mounts.length + shared.devices.length == 0) return closeRegion(region);
  sidecar.env = env;
  sidecar.volumeMounts = shared.mounts;
  sidecar.volumeDevices = shared.devices;
}

function addAll<T>(values: Array<T>, into: Array<T>): void {
  for (let i = 0; i < values.length; i++) into.push(values[i]);
}

/** Keeps the names sorted and each once. */
function addInOrder(names: Array<usize>, name: usize): void {
  let at = names.length;
  while (at > 0 && compareText(names[at - 1], name) > 0) at--;
  if (at > 0 && sameText(names[at - 1], name)) return;
  names.push(name);
  names.copyWithin(at + 1, at, names.length - 1);
  names[at] = name;
}

function newRecord(set: EffectiveSet, hash: usize, listed: Array<usize>, now: usize): InjectionRecord {
  const record = new InjectionRecord(set.name);
  record.updateTimestamp = now;
  record.hash = hash;
  record.sidecarSetName = set.name;
  record.sidecarList = listed;
  record.hasList = true;
  return record;
}
