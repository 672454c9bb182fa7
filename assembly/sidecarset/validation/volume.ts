import { Ascii, asciiLength, isObject, isUnset, Members } from "@kubewarden/as-sdk/assembly/json";
import { contains, Place } from "../problems/place";
import { quantityOf } from "../quantity/value";
import {
  countMembers,
  requireOneSource,
  validateFieldReference,
  validateResourceField,
  VOLUME_FIELDS,
} from "./env";
import { dnsLabelRule, dnsSubdomainRule, filePathRule, hasStepUp } from "./names";
import { requireMembers } from "./volume-members";

/** Every volume source of the core API, the retired ones included: old manifests still name them. */
const SOURCES: Ascii =
  "awsElasticBlockStore azureDisk azureFile cephfs cinder configMap csi downwardAPI emptyDir ephemeral fc flexVolume flocker gcePersistentDisk gitRepo glusterfs hostPath image iscsi nfs persistentVolumeClaim photonPersistentDisk portworxVolume projected quobyte rbd scaleIO secret storageos vsphereVolume";
const HOST_PATH_TYPES: Ascii = "DirectoryOrCreate Directory FileOrCreate File Socket CharDevice BlockDevice";
const PROJECTED_SOURCES: Ascii = "secret configMap downwardAPI serviceAccountToken clusterTrustBundle";
const SHOWN_SOURCES: Ascii = "fieldRef resourceFieldRef";
const LONGEST_DRIVER = 63;
const HIGHEST_MODE: i64 = 511;
const SHORTEST_TOKEN_SECONDS: i64 = 600;
const LONGEST_TOKEN_SECONDS: i64 = 1 << 32;

/** The volumes of a set; answers those that containers may mount, by name. */
export function validateVolumes(volumes: Place): Map<string, usize> {
  const names = new Map<string, usize>();
  const places = volumes.elements();
  while (places.next()) {
    const volume = places.place;
    const name = volume.requiredBy("name", dnsLabelRule);
    if (names.has(name)) volume.to("name").expected("a name that no other volume of the set has");
    names.set(name, volume.value);
    validateSource(volume);
  }
  return names;
}

function validateSource(volume: Place): void {
  let found = 0;
  const members = new Members(volume.value);
  while (members.next()) {
    if (members.keyIs("name") || isUnset(members.value)) continue;
    found++;
    const source = new Place(members.key, volume.path, volume.problems);
    if (!contains(SOURCES, source.text)) source.expected("a kind of volume that Kubernetes knows");
    else {
      const kind = source.text;
      const place = new Place(members.value, volume.path.toNamed(kind), volume.problems);
      if (isObject(members.value)) requireMembers(place, kind);
      else place.expected("an object");
    }
  }
  if (found != 1 && isObject(volume.value)) {
    volume.problems.add(volume.path, "expected exactly one kind of volume, got " + found.toString());
  }
  validateHostPath(volume.to("hostPath"));
  validateFiles(volume.to("secret"), "secretName", null);
  validateFiles(volume.to("configMap"), "name", null);
  validateFiles(volume.to("downwardAPI"), "", null);
  validateProjected(volume.to("projected"));
  validateEmptyDir(volume.to("emptyDir"));
  const csi = volume.to("csi");
  if (isObject(csi.value)) validateDriver(csi);
  const path = volume.to("nfs").to("path");
  if (path.text.length > 0 && !path.text.startsWith("/")) path.expected("an absolute path");
}

function validateDriver(csi: Place): void {
  const secret = csi.to("nodePublishSecretRef");
  if (isObject(secret.value)) secret.required("name");
  const driver = csi.to("driver").text;
  const rule = driver.length == 0 ? "" : dnsSubdomainRule(driver);
  if (rule.length > 0 || driver.length > LONGEST_DRIVER)
    csi.to("driver").expected("a DNS subdomain of at most 63");
}

function validateHostPath(hostPath: Place): void {
  if (!isObject(hostPath.value)) return;
  const path = hostPath.required("path");
  if (hasStepUp(path)) hostPath.to("path").expected("a path without ..");
  hostPath.oneOf("type", HOST_PATH_TYPES);
}

/** `taken` has the items of the same projected volume by path; null where repeated paths are let pass. */
function validateFiles(source: Place, nameMember: Ascii, taken: Map<string, usize> | null): void {
  if (!isObject(source.value)) return;
  if (asciiLength(nameMember) > 0) source.required(nameMember);
  validateMode(source.to("defaultMode"));
  validateItems(source.to("items"), asciiLength(nameMember) > 0, taken);
}

function validateItems(items: Place, areKeys: bool, taken: Map<string, usize> | null): void {
  const places = items.elements();
  while (places.next()) {
    const item = places.place;
    if (areKeys) item.required("key");
    const path = item.requiredBy("path", filePathRule);
    if (taken !== null && path.length > 0) {
      if (taken.has(path)) item.to("path").expected("a path that no other item of the volume has");
      taken.set(path, item.value);
    }
    validateMode(item.to("mode"));
    if (!areKeys) validateShownField(item);
  }
}

/** A downwardAPI item shows a field of the Pod or a resource of one of its containers. */
function validateShownField(item: Place): void {
  requireOneSource(item, SHOWN_SOURCES);
  const field = item.to("fieldRef");
  if (isObject(field.value)) validateFieldReference(field, VOLUME_FIELDS);
  const resource = item.to("resourceFieldRef");
  if (!isObject(resource.value)) return;
  resource.required("containerName");
  validateResourceField(resource);
}

function validateProjected(projected: Place): void {
  if (!isObject(projected.value)) return;
  validateMode(projected.to("defaultMode"));
  const taken = new Map<string, usize>();
  const sources = projected.to("sources").elements();
  while (sources.next()) {
    const source = sources.place;
    if (countMembers(source, PROJECTED_SOURCES) > 1) {
      source.problems.add(source.path, "expected one kind of source, got several");
    }
    validateFiles(source.to("secret"), "name", taken);
    validateFiles(source.to("configMap"), "name", taken);
    validateFiles(source.to("downwardAPI"), "", taken);
    validateToken(source.to("serviceAccountToken"));
    const bundle = source.to("clusterTrustBundle");
    if (!isObject(bundle.value)) continue;
    bundle.requiredBy("path", filePathRule);
    requireOneSource(bundle, "name signerName");
  }
}

function validateToken(token: Place): void {
  if (!isObject(token.value)) return;
  token.requiredBy("path", filePathRule);
  const expiration = token.to("expirationSeconds");
  expiration.between(SHORTEST_TOKEN_SECONDS, LONGEST_TOKEN_SECONDS, "a number from 600 to 4294967296");
}

function validateEmptyDir(emptyDir: Place): void {
  const limit = emptyDir.to("sizeLimit");
  if (!limit.isSet) return;
  const size = quantityOf(limit.value);
  if (size === null || size.negative) limit.expected("a quantity from 0");
}

function validateMode(mode: Place): void {
  mode.between(0, HIGHEST_MODE, "file permissions from 0 to 511 (0777)");
}
