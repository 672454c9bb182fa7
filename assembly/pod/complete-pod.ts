import { Splice, Writer, isUnset, member, skip } from "@kubewarden/as-sdk/assembly/json";

/**
 * A Pod that has `metadata` and `spec`, so that both can be edited: the Pod itself, or in the rare case that one is
 * absent or null, a copy with an empty object there.
 */
export function completePod(pod: usize): usize {
  const splice = Splice.of(pod);
  if (isUnset(member(pod, "metadata"))) splice.setMember(pod, "metadata").ascii("{}");
  if (isUnset(member(pod, "spec"))) splice.setMember(pod, "spec").ascii("{}");
  if (splice.isEmpty) return pod;
  const completed = new Writer(<i32>(skip(pod) - pod) + 64);
  splice.writeTo(completed);
  return completed.seal();
}
