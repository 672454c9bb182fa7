import { Writer, decode, isBlank } from "@kubewarden/as-sdk/assembly/json";
import { sha256 } from "../../sidecarset/hash/sha256";

/** Who a draw is for. JSON strings, or 0 where unknown. */
export class DrawIdentity {
  constructor(
    public readonly namespace: usize,
    /** The Pod's own name; workloads that leave the name to the API server have none yet. */
    public readonly name: usize,
    /** The uid of the admission request. */
    public readonly uid: usize,
  ) {}

  /** A Pod that keeps its name when it is re-created keeps its draw. */
  toString(): string {
    return isBlank(this.name) ? decode(this.uid) : decode(this.namespace) + "/" + decode(this.name);
  }
}

/**
 * A number from 0 up to 1, evenly spread over identities and always the same for one identity and SidecarSet. The set's
 * name (a JSON string) is part of it, so that one Pod does not have the same luck with every set.
 */
export function draw(set: usize, identity: DrawIdentity): f64 {
  const text = new Writer(128);
  text.utf8(decode(set) + "\n" + identity.toString());
  const digest = sha256(text.start, text.end);
  text.free();
  return <f64>bswap<u32>(load<u32>(digest)) / 4294967296.0;
}
