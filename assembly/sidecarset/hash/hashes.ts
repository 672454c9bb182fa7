import { Ascii, Elements, member, skip, textEquals, Writer } from "@kubewarden/as-sdk/assembly/json";
import { keepString, openRegion } from "@kubewarden/as-sdk/assembly/memory";
import { sidecarContainer } from "../shape/container";
import { CanonicalJson } from "./canonical-json";
import { safeEncoded } from "./safe-encoding";
import { sha256 } from "./sha256";

/** The annotation that carries the hash of everything that is injected as containers. */
export const HASH_ANNOTATION: Ascii = "kruise.io/sidecarset-hash";
/** The annotation that carries the hash of the same without the images. */
export const HASH_WITHOUT_IMAGE_ANNOTATION: Ascii = "kruise.io/sidecarset-hash-without-image";

/** Hash of the containers of a defaulted spec, 64 letters. Init containers count only when one of them is native. */
export function hashOf(spec: usize): string {
  return hashWith(spec, true);
}

/** The same without the images: two specs that agree here differ in images at most. */
export function hashWithoutImageOf(spec: usize): string {
  return hashWith(spec, false);
}

/** A native sidecar: an init container that keeps running beside the containers. */
export function isNativeSidecar(initContainer: usize): bool {
  return textEquals(member(initContainer, "restartPolicy"), "Always");
}

/** The JSON text that is hashed. */
export function hashedText(spec: usize, withImage: bool): Writer {
  const out = new Writer(spec == 0 ? 32 : <i32>(skip(spec) - spec));
  const json = new CanonicalJson(out, withImage);
  out.ascii('{"containers":');
  json.list(member(spec, "containers"), sidecarContainer);
  const initContainers = member(spec, "initContainers");
  if (hasNativeSidecar(initContainers)) {
    out.ascii(',"initContainers":');
    json.list(initContainers, sidecarContainer);
  }
  out.ascii("}");
  return out;
}

function hashWith(spec: usize, withImage: bool): string {
  const region = openRegion();
  const text = hashedText(spec, withImage);
  return keepString(region, safeEncoded(sha256(text.start, text.end), 32));
}

function hasNativeSidecar(initContainers: usize): bool {
  const elements = new Elements(initContainers);
  while (elements.next()) if (isNativeSidecar(elements.value)) return true;
  return false;
}
