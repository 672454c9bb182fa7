import { Splice, Writer, isObject, isUnset, member, skip } from "@kubewarden/as-sdk/assembly";
import { isNormalised } from "../injection/effective-set";

/**
 * The SidecarSet to judge in place of one of the settings: the controller leaves the update strategy out of the sets
 * that admission has judged before, for injection does not need it. Such a set must not fail by the default strategy.
 */
export function withStrategy(set: usize): usize {
  const spec = member(set, "spec");
  const leftOut = isObject(spec) && isUnset(member(spec, "updateStrategy"));
  if (!leftOut || !isNormalised(member(member(set, "metadata"), "annotations"))) return set;
  const edits = Splice.of(set);
  edits.setMember(spec, "updateStrategy").ascii('{"type":"NotUpdate"}');
  const copy = new Writer(<i32>(skip(set) - set) + 64);
  edits.writeTo(copy);
  return copy.seal();
}
