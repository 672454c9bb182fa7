export { Certificate, isCertificateTrusted } from "./crypto";
export { HostResult, hostCall } from "./host-call";
export {
  GetResource,
  ListResources,
  SubjectAccessReview,
  canI,
  getResource,
  listAllResources,
  listResourcesByNamespace,
} from "./kubernetes";
export { lookupHost } from "./net";
export { manifestDigest, ociManifest, ociManifestConfig } from "./oci";
export { Level, LogEvent, log } from "./tracing";
export {
  Identity,
  verifyCertificate,
  verifyGithubActions,
  verifyKeyless,
  verifyKeylessPrefix,
  verifyPublicKeys,
} from "./verification";
