import { Ascii, isBlank, isObject, isUnset } from "@kubewarden/as-sdk/assembly/json";
import { memberNamed } from "../../document/value";
import { contains, Place } from "../problems/place";
import { lowered } from "../../document/letter-case";
import { storedQuantity } from "../quantity/parse";
import { quantityText } from "../quantity/value";
import { dnsSubdomainRule, envNameRule, fileKeyRule, qualifiedNameRule } from "./names";

const POD_FIELDS: Ascii =
  "metadata.name metadata.namespace metadata.uid spec.nodeName spec.serviceAccountName status.hostIP status.hostIPs status.podIP status.podIPs";
/** The fields that a volume can show. */
export const VOLUME_FIELDS: Ascii =
  "metadata.annotations metadata.labels metadata.name metadata.namespace metadata.uid";
const RESOURCE_FIELDS: Ascii =
  "limits.cpu limits.memory limits.ephemeral-storage requests.cpu requests.memory requests.ephemeral-storage";
const BYTE_UNITS: Ascii = "1 1k 1M 1G 1T 1P 1E 1Ki 1Mi 1Gi 1Ti 1Pi 1Ei";
const ENV_SOURCES: Ascii = "fieldRef resourceFieldRef configMapKeyRef secretKeyRef";
const ENV_FROM_SOURCES: Ascii = "configMapRef secretRef";

export function validateEnv(env: Place): void {
  const places = env.elements();
  while (places.next()) {
    places.place.requiredBy("name", envNameRule);
    const from = places.place.to("valueFrom");
    if (from.isSet) validateValueFrom(from, places.place.to("value"));
  }
}

export function validateEnvFrom(envFrom: Place): void {
  const places = envFrom.elements();
  while (places.next()) {
    places.place.to("prefix").follow(envNameRule);
    requireOneSource(places.place, ENV_FROM_SOURCES);
    validateName(places.place.to("configMapRef"));
    validateName(places.place.to("secretRef"));
  }
}

/** A label or annotation of the Pod: `metadata.labels['KEY']`. Answers the key, or an empty text for other paths. */
export function subscriptOf(fieldPath: string): string {
  const labels = "metadata.labels['";
  const annotations = "metadata.annotations['";
  if (!fieldPath.endsWith("']")) return "";
  if (fieldPath.startsWith(labels)) return fieldPath.slice(labels.length, fieldPath.length - 2);
  if (fieldPath.startsWith(annotations)) {
    return lowered(fieldPath.slice(annotations.length, fieldPath.length - 2));
  }
  return "";
}

/** Tells when not exactly one of the members, separated by spaces, is given. */
export function requireOneSource(place: Place, sources: Ascii): void {
  const found = countMembers(place, sources);
  if (found == 1) return;
  const names = sources.toString().split(" ").join(", ");
  place.problems.add(place.path, "expected exactly one of " + names + ", got " + found.toString());
}

/** How many of the members, separated by spaces, a value has. */
export function countMembers(place: Place, members: Ascii): i32 {
  const names = members.toString().split(" ");
  let found = 0;
  for (let i = 0; i < names.length; i++) if (!isUnset(memberNamed(place.value, names[i]))) found++;
  return found;
}

function validateValueFrom(from: Place, value: Place): void {
  if (!isBlank(value.value)) value.forbidden("together with valueFrom");
  requireOneSource(from, ENV_SOURCES);
  const field = from.to("fieldRef");
  if (isObject(field.value)) validateFieldReference(field, POD_FIELDS);
  const resource = from.to("resourceFieldRef");
  if (isObject(resource.value)) validateResourceField(resource);
  validateKeyReference(from.to("configMapKeyRef"));
  validateKeyReference(from.to("secretKeyRef"));
}

/** A reference to a field of the Pod: one of `fields`, which spaces separate, or a label or annotation by its key. */
export function validateFieldReference(reference: Place, fields: Ascii): void {
  const version = reference.to("apiVersion");
  if (version.text != "v1") version.expected('"v1"');
  const path = reference.required("fieldPath");
  if (path.length == 0) return;
  if (contains(fields, path)) return;
  const key = subscriptOf(path);
  if (key.length == 0 || qualifiedNameRule(key).length > 0) {
    reference
      .to("fieldPath")
      .expected("a field of the Pod such as metadata.name, status.podIP or metadata.labels['key']");
  }
}

/** A reference to a resource of a container, in units of its divisor. */
export function validateResourceField(reference: Place): void {
  const resource = reference.required("resource");
  if (resource.length == 0) return;
  validateDivisor(reference.to("divisor"), resource.endsWith(".cpu"));
  if (contains(RESOURCE_FIELDS, resource)) return;
  if (resource.startsWith("limits.hugepages-") || resource.startsWith("requests.hugepages-")) return;
  reference
    .to("resource")
    .expected("limits or requests of cpu, memory, ephemeral-storage or hugepages-<size>");
}

/** Cores by the whole or thousandth, bytes by powers of 1000 and 1024; zero and absent are the unit itself. */
function validateDivisor(divisor: Place, isCpu: bool): void {
  const text = quantityText(divisor.value);
  const stored = storedQuantity(text === null ? "0" : text, false);
  if (stored === null || stored == "0" || stored == "1") return;
  if (isCpu ? stored == "1m" : contains(BYTE_UNITS, stored)) return;
  divisor.expected(isCpu ? '"1" or "1m"' : `one of ${BYTE_UNITS}`);
}

/** The name of the object that a reference is for. */
function validateName(reference: Place): void {
  if (reference.isSet) reference.requiredBy("name", dnsSubdomainRule);
}

function validateKeyReference(reference: Place): void {
  if (!reference.isSet) return;
  validateName(reference);
  reference.requiredBy("key", fileKeyRule);
}
