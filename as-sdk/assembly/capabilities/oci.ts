import { HostResult, hostCall } from "./host-call";
import { textPayload } from "./payload";

// The host keeps successful answers for a minute.

/** Asks a registry for an image's digest: an object with `digest`. */
export function manifestDigest(image: string): HostResult {
  return hostCall("oci", "v1/manifest_digest", textPayload(image));
}

/** Asks a registry for an image's manifest: an OCI image manifest or an image index. */
export function ociManifest(image: string): HostResult {
  return hostCall("oci", "v1/oci_manifest", textPayload(image));
}

/** Asks a registry for an image's manifest and configuration: an object with `manifest`, `digest` and `config`. */
export function ociManifestConfig(image: string): HostResult {
  return hostCall("oci", "v1/oci_manifest_config", textPayload(image));
}
