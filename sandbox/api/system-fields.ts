import { servedVersion } from "../core/resource-type.ts";
import { type Json, type JsonObject, copy } from "../json/value.ts";
import { invalidValue } from "../schema/field-error.ts";
import type { KubeObject } from "../store/object.ts";
import { conflict, invalid } from "./status-error.ts";
import type { Target } from "./write-context.ts";

/** Metadata that the server writes. */
const systemFields = [
  "uid",
  "resourceVersion",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "generation",
];

/** Removes, in place, what clients cannot say about an object that is to be created. */
export function clearSystemFields(object: KubeObject): void {
  const metadata: JsonObject = object.metadata;
  for (const key of [...systemFields, "selfLink", "managedFields"]) delete metadata[key];
}

/**
 * Compares the uid and the resourceVersion that a change carries with the live object: 409 when they differ. A uid in a
 * patch is a change of the uid, hence a 422; in a patch of a custom resource's status it says nothing at all. Some
 * kinds must carry a resourceVersion when they are replaced.
 */
export function checkPreconditions(
  { type, subresource }: Target,
  live: KubeObject,
  next: KubeObject,
  isReplacement: boolean,
): void {
  const { uid, resourceVersion, name } = next.metadata;
  const isIgnored = subresource === "status" && !type.builtin && !isReplacement;
  if (uid !== undefined && uid !== live.metadata.uid && !isIgnored) {
    if (!isReplacement) throw invalid(type, name, [invalidValue("metadata.uid", uid, "field is immutable")]);
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`;
    throw conflict(type, name, why);
  }
  if (resourceVersion === undefined || resourceVersion === "") {
    if (type.replacedUnseen || !isReplacement) return;
    // The server calls the kind by its plural here.
    throw invalid({ ...type, kind: type.plural }, name, [
      invalidValue("metadata.resourceVersion", 0, "must be specified for an update"),
    ]);
  }
  if (resourceVersion !== live.metadata.resourceVersion) {
    const why = "the object has been modified; please apply your changes to the latest version and try again";
    throw conflict(type, name, why);
  }
}

/** Puts back what a client cannot change: system metadata, and the half that this endpoint does not write. */
export function keepSystemFields(target: Target, live: KubeObject, next: KubeObject): void {
  const metadata: JsonObject = next.metadata;
  for (const key of [...systemFields, "generateName"]) {
    const value = live.metadata[key];
    if (value === undefined) delete metadata[key];
    else metadata[key] = value;
  }
  if (target.subresource === "status") {
    const { status } = next;
    const object: JsonObject = next;
    for (const key of Object.keys(object)) delete object[key];
    Object.assign(object, copy(live));
    setStatus(object, status);
  } else if (servedVersion(target.type, target.version)?.status === true) setStatus(next, live["status"]);
}

function setStatus(object: JsonObject, status: Json | undefined): void {
  if (status === undefined) delete object["status"];
  else object["status"] = status;
}
