import { isObject, member, Splice, textEquals, Writer } from "@kubewarden/as-sdk/assembly/json";
import { defaultSidecarSet } from "./defaults/sidecarset";
import { HASH_ANNOTATION, HASH_WITHOUT_IMAGE_ANNOTATION, hashOf, hashWithoutImageOf } from "./hash/hashes";

/** A SidecarSet with its defaults filled in, and the two hashes of what it injects. */
export class Normalised {
  hash: string = "";
  hashWithoutImage: string = "";

  constructor(
    /** The defaulted set as checked JSON: the address given when it lacked nothing, else a copy in `text`. */
    readonly set: usize,
    /** Holds the copy; null when the set was complete. */
    readonly text: Writer | null,
  ) {}
}

/**
 * Fills in the defaults of a SidecarSet and computes its hashes.
 *
 * The set must be checked JSON and may be wrong in any other way; hashes of a set with problems mean nothing.
 */
export function normalise(set: usize): Normalised {
  const edits = Splice.of(set);
  if (isObject(set)) defaultSidecarSet(edits, set);
  const normalised = edits.isEmpty ? new Normalised(set, null) : copied(edits);
  const spec = member(normalised.set, "spec");
  normalised.hash = hashOf(spec);
  normalised.hashWithoutImage = hashWithoutImageOf(spec);
  return normalised;
}

/** Edits that write both hashes into the annotations of a set, whatever stood there; none when they are right. */
export function stampHashes(edits: Splice, set: usize, hash: string, hashWithoutImage: string): void {
  const metadata = member(set, "metadata");
  const annotations = member(metadata, "annotations");
  if (!isObject(annotations)) {
    const text = '"' + HASH_ANNOTATION + '":"' + hash + '","' + HASH_WITHOUT_IMAGE_ANNOTATION + '":"';
    const value = "{" + text + hashWithoutImage + '"}';
    if (isObject(metadata)) edits.setMember(metadata, "annotations").ascii(value);
    else edits.setMember(set, "metadata").ascii('{"annotations":' + value + "}");
    return;
  }
  stamp(edits, annotations, HASH_ANNOTATION, hash);
  stamp(edits, annotations, HASH_WITHOUT_IMAGE_ANNOTATION, hashWithoutImage);
}

function stamp(edits: Splice, annotations: usize, name: string, value: string): void {
  if (!textEquals(member(annotations, name), value)) edits.setMember(annotations, name).text(value);
}

function copied(edits: Splice): Normalised {
  const text = new Writer(1024);
  edits.writeTo(text);
  return new Normalised(text.seal(), text);
}
