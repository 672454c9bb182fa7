import { Splice, Writer, isObject, isUnset, member, skip } from "@kubewarden/as-sdk/assembly";
import { isNormalised } from "../injection/effective-set";

/**
 * The SidecarSet to judge in place of one of the settings: of sets that admission has judged before, the controller
 * writes no more of the update strategy than injection reads. Such a set must not fail by the default strategy.
 */
export function withStrategy(set: usize): usize {
  const spec = member(set, "spec");
  const strategy = member(spec, "updateStrategy");
  const leftOut = isUnset(strategy) || (isObject(strategy) && isUnset(member(strategy, "type")));
  if (!isObject(spec) || !leftOut || !isNormalised(member(member(set, "metadata"), "annotations")))
    return set;
  const edits = Splice.of(set);
  if (isUnset(strategy)) edits.setMember(spec, "updateStrategy").ascii('{"type":"NotUpdate"}');
  else edits.setMember(strategy, "type").ascii('"NotUpdate"');
  const copy = new Writer(<i32>(skip(set) - set) + 64);
  edits.writeTo(copy);
  return copy.seal();
}
