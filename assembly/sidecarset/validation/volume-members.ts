import { Ascii, isBlank, isText } from "@kubewarden/as-sdk/assembly/json";
import { memberNamed } from "../../document/value";
import { Place } from "../problems/place";
import { quantityOf } from "../quantity/value";
import { requireOneSource } from "./env";
import { validateLabels } from "./metadata";

/** A kind of volume and the members that it needs: texts that are not empty, or lists with an element. */
const REQUIRED: StaticArray<Ascii> = [
  "awsElasticBlockStore volumeID",
  "azureDisk diskName diskURI",
  "azureFile secretName shareName",
  "cephfs monitors",
  "cinder volumeID",
  "csi driver",
  "flexVolume driver",
  "gcePersistentDisk pdName",
  "gitRepo repository",
  "glusterfs endpoints path",
  "image reference",
  "iscsi targetPortal iqn",
  "nfs server path",
  "persistentVolumeClaim claimName",
  "photonPersistentDisk pdID",
  "portworxVolume volumeID",
  "quobyte registry volume",
  "rbd monitors image",
  "scaleIO gateway system volumeName",
  "storageos volumeName",
  "vsphereVolume volumePath",
];
const ACCESS_MODES: Ascii = "ReadWriteOnce ReadOnlyMany ReadWriteMany ReadWriteOncePod";

/** What a source needs, whatever else is wrong with it. */
export function requireMembers(source: Place, kind: string): void {
  for (let i = 0; i < REQUIRED.length; i++) {
    const words = REQUIRED[i].toString().split(" ");
    if (words[0] != kind) continue;
    for (let j = 1; j < words.length; j++) requireMember(source, words[j]);
  }
  if (kind == "fc") requireOneSource(source, "targetWWNs wwids");
  else if (kind == "flocker") requireOneSource(source, "datasetName datasetUUID");
  else if (kind == "ephemeral") validateTemplate(source.to("volumeClaimTemplate"));
}

function requireMember(source: Place, name: string): void {
  const value = memberNamed(source.value, name);
  const place = new Place(value, source.path.toNamed(name), source.problems);
  if (isText(value) ? isBlank(value) : !place.hasItems) place.missing();
}

/** The claim that is made for each Pod. */
function validateTemplate(template: Place): void {
  if (!template.isSet) return template.expected("a template");
  validateLabels(template.to("metadata").to("labels"));
  const spec = template.to("spec");
  const modes = spec.to("accessModes");
  if (!modes.hasItems) modes.expected("at least one access mode");
  const places = modes.elements();
  while (places.next()) places.place.isOneOf(ACCESS_MODES);
  const storage = spec.to("resources").to("requests").to("storage");
  const size = quantityOf(storage.value);
  if (size === null || size.negative || size.isZero()) storage.expected("a quantity above 0");
}
