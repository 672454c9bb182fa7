import { Ascii, Splice, Writer, isObject, isText, isUnset, skip } from "@kubewarden/as-sdk/assembly/json";
import { given } from "../../document/value";
import { HASH_ANNOTATION, HASH_WITHOUT_IMAGE_ANNOTATION } from "../../sidecarset/hash/hashes";
import { BASE_ANNOTATION, CANARY_ANNOTATION } from "../../sidecarset/validation/canary";

/**
 * A SidecarSet as it was at a revision, as JSON of its own: name, canary annotations and selectors are the current
 * ones, the rest of the spec, both hashes and the name for the record are the revision's. 0 where it has no spec.
 */
export function restore(set: usize, revision: usize): usize {
  const historical = given(revision, "spec");
  if (!isObject(historical)) return 0;
  const metadata = given(set, "metadata");
  const annotations = given(metadata, "annotations");
  const stored = given(revision, "annotations");
  const out = new Writer(<i32>(skip(historical) - historical) + 1024);
  out.ascii('{"metadata":{"name":');
  copyOrNull(out, given(metadata, "name"));
  out.ascii(',"annotations":{');
  copyText(out, annotations, CANARY_ANNOTATION);
  copyText(out, annotations, BASE_ANNOTATION);
  copyText(out, stored, HASH_ANNOTATION);
  copyText(out, stored, HASH_WITHOUT_IMAGE_ANNOTATION);
  out.ascii('}},"status":{"latestRevision":');
  copyOrNull(out, given(revision, "name"));
  out.ascii('},"spec":');
  const edits = Splice.of(historical);
  copyOrNull(edits.setMember(historical, "selector"), given(given(set, "spec"), "selector"));
  edits.setMember(historical, "updateStrategy").ascii('{"type":"NotUpdate"}');
  edits.writeTo(out);
  out.ascii("}");
  return out.seal();
}

function copyOrNull(out: Writer, value: usize): void {
  if (isUnset(value)) out.ascii("null");
  else out.copy(value);
}

function copyText(out: Writer, from: usize, key: Ascii): void {
  const value = given(from, key);
  if (!isText(value)) return;
  out.name(key);
  out.copy(value);
}
