import { Ascii, isObject, member, Splice, textIs, Writer } from "@kubewarden/as-sdk/assembly/json";
import { defaultSidecarSet } from "./defaults/sidecarset";
import { HASH_ANNOTATION, HASH_WITHOUT_IMAGE_ANNOTATION, hashOf, hashWithoutImageOf } from "./hash/hashes";

/** A SidecarSet with its defaults filled in, and the two hashes of what it injects. */
export class Normalised {
  constructor(
    /** The defaulted set as checked JSON. */
    readonly set: usize,
    readonly hash: string,
    readonly hashWithoutImage: string,
  ) {}
}

/**
 * Fills in the defaults of a SidecarSet and computes its hashes.
 *
 * The set must be checked JSON and may be wrong in any other way; hashes of a set with problems mean nothing.
 */
export function normalise(set: usize): Normalised {
  const defaulted = withDefaults(set);
  const spec = member(defaulted, "spec");
  return new Normalised(defaulted, hashOf(spec), hashWithoutImageOf(spec));
}

/** The defaulted set: the address given when it lacks nothing, else a copy that lives until the guest's call ends. */
export function withDefaults(set: usize): usize {
  if (!isObject(set)) return set;
  const edits = Splice.of(set);
  defaultSidecarSet(edits, set);
  if (edits.isEmpty) return set;
  const text = new Writer(1024);
  edits.writeTo(text);
  return text.seal();
}

/** The defaulted set with its hashes; null when the set given is complete already. */
export function written(sent: usize, normalised: Normalised): Writer | null {
  const edits = Splice.of(normalised.set);
  stampHashes(edits, normalised.set, normalised.hash, normalised.hashWithoutImage);
  if (edits.isEmpty && normalised.set == sent) return null;
  const out = new Writer(1024);
  edits.writeTo(out);
  return out;
}

/** Edits that write both hashes into the annotations of a set, whatever stood there; none when they are right. */
function stampHashes(edits: Splice, set: usize, hash: string, hashWithoutImage: string): void {
  const metadata = member(set, "metadata");
  const annotations = member(metadata, "annotations");
  if (!isObject(annotations)) {
    const hasMetadata = isObject(metadata);
    const text = hasMetadata ? edits.setMember(metadata, "annotations") : edits.setMember(set, "metadata");
    text.ascii(hasMetadata ? "{" : '{"annotations":{');
    text.name(HASH_ANNOTATION);
    text.text(hash);
    text.name(HASH_WITHOUT_IMAGE_ANNOTATION);
    text.text(hashWithoutImage);
    text.ascii(hasMetadata ? "}" : "}}");
    return;
  }
  stamp(edits, annotations, HASH_ANNOTATION, hash);
  stamp(edits, annotations, HASH_WITHOUT_IMAGE_ANNOTATION, hashWithoutImage);
}

function stamp(edits: Splice, annotations: usize, name: Ascii, value: string): void {
  if (!textIs(member(annotations, name), value)) edits.setMember(annotations, name).text(value);
}
