import { list, listOrNull, object, objectOrNull, objectAlways, type Type } from "./typed-json.ts";

/**
 * The types of core/v1 volumes as of Kubernetes 1.32, on which OpenKruise's ControllerRevisions are built; a member that
 * is not named is left out of them. In the order of the API reference.
 */
const name: Type = { name: "text" };
const keyToPath: Type = { key: "text!", path: "text!", mode: "int?" };
const fieldRef: Type = { apiVersion: "text", fieldPath: "text!" };
const resourceFieldRef: Type = { containerName: "text", resource: "text!", divisor: "quantity!" };
const labelSelector: Type = {
  matchLabels: "map",
  matchExpressions: list({ key: "text!", operator: "text!", values: "texts" }),
};
const downwardFile: Type = {
  path: "text!",
  fieldRef: object(fieldRef),
  resourceFieldRef: object(resourceFieldRef),
  mode: "int?",
};
const files: Type = { items: list(keyToPath), optional: "bool?" };
const disk: Type = { fsType: "text", readOnly: "bool" };
const dataSource: Type = { apiGroup: "text?!", kind: "text!", name: "text!" };

const projection: Type = {
  secret: object({ ...name, ...files }),
  downwardAPI: object({ items: list(downwardFile) }),
  configMap: object({ ...name, ...files }),
  serviceAccountToken: object({ audience: "text", expirationSeconds: "int?", path: "text!" }),
  clusterTrustBundle: object({
    name: "text?",
    signerName: "text?",
    labelSelector: object(labelSelector),
    optional: "bool?",
    path: "text!",
  }),
};

const claimTemplate: Type = {
  metadata: objectAlways({
    name: "text",
    generateName: "text",
    namespace: "text",
    creationTimestamp: "text?!",
    labels: "map",
    annotations: "map",
    finalizers: "texts",
  }),
  spec: objectAlways({
    accessModes: "texts",
    selector: object(labelSelector),
    resources: objectAlways({ limits: "quantities", requests: "quantities" }),
    volumeName: "text",
    storageClassName: "text?",
    volumeMode: "text?",
    dataSource: object(dataSource),
    dataSourceRef: object({ ...dataSource, namespace: "text?" }),
    volumeAttributesClassName: "text?",
  }),
};

export const volume: Type = {
  name: "text!",
  hostPath: object({ path: "text!", type: "text?" }),
  emptyDir: object({ medium: "text", sizeLimit: "quantity?" }),
  gcePersistentDisk: object({ pdName: "text!", ...disk, partition: "int" }),
  awsElasticBlockStore: object({ volumeID: "text!", ...disk, partition: "int" }),
  gitRepo: object({ repository: "text!", revision: "text", directory: "text" }),
  secret: object({ secretName: "text", ...files, defaultMode: "int?" }),
  nfs: object({ server: "text!", path: "text!", readOnly: "bool" }),
  iscsi: object({
    targetPortal: "text!",
    iqn: "text!",
    lun: "int!",
    iscsiInterface: "text",
    ...disk,
    portals: "texts",
    chapAuthDiscovery: "bool",
    chapAuthSession: "bool",
    secretRef: object(name),
    initiatorName: "text?",
  }),
  glusterfs: object({ endpoints: "text!", path: "text!", readOnly: "bool" }),
  persistentVolumeClaim: object({ claimName: "text!", readOnly: "bool" }),
  rbd: object({
    monitors: "texts!",
    image: "text!",
    ...disk,
    pool: "text",
    user: "text",
    keyring: "text",
    secretRef: object(name),
  }),
  flexVolume: object({ driver: "text!", ...disk, secretRef: object(name), options: "map" }),
  cinder: object({ volumeID: "text!", ...disk, secretRef: object(name) }),
  cephfs: object({
    monitors: "texts!",
    path: "text",
    user: "text",
    secretFile: "text",
    secretRef: object(name),
    readOnly: "bool",
  }),
  flocker: object({ datasetName: "text", datasetUUID: "text" }),
  downwardAPI: object({ items: list(downwardFile), defaultMode: "int?" }),
  fc: object({ targetWWNs: "texts", lun: "int?", ...disk, wwids: "texts" }),
  azureFile: object({ secretName: "text!", shareName: "text!", readOnly: "bool" }),
  configMap: object({ ...name, ...files, defaultMode: "int?" }),
  vsphereVolume: object({
    volumePath: "text!",
    fsType: "text",
    storagePolicyName: "text",
    storagePolicyID: "text",
  }),
  quobyte: object({
    registry: "text!",
    volume: "text!",
    readOnly: "bool",
    user: "text",
    group: "text",
    tenant: "text",
  }),
  azureDisk: object({
    diskName: "text!",
    diskURI: "text!",
    cachingMode: "text?",
    fsType: "text?",
    readOnly: "bool?",
    kind: "text?",
  }),
  photonPersistentDisk: object({ pdID: "text!", fsType: "text" }),
  projected: object({ sources: listOrNull(projection), defaultMode: "int?" }),
  portworxVolume: object({ volumeID: "text!", ...disk }),
  scaleIO: object({
    gateway: "text!",
    system: "text!",
    secretRef: objectOrNull(name),
    sslEnabled: "bool",
    protectionDomain: "text",
    storagePool: "text",
    storageMode: "text",
    volumeName: "text",
    ...disk,
  }),
  storageos: object({ volumeName: "text", volumeNamespace: "text", ...disk, secretRef: object(name) }),
  csi: object({
    driver: "text!",
    readOnly: "bool?",
    fsType: "text?",
    volumeAttributes: "map",
    nodePublishSecretRef: object(name),
  }),
  ephemeral: object({ volumeClaimTemplate: object(claimTemplate) }),
  image: object({ reference: "text", pullPolicy: "text" }),
};

export const imagePullSecret: Type = name;

export const patchPodMetadata: Type = { annotations: "map", patchPolicy: "text" };
