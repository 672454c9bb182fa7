import { Ascii, Elements, decode, member, sameText, textEquals } from "@kubewarden/as-sdk/assembly/json";
import { contains } from "../sidecarset/problems/place";

/** What the cluster, Kubewarden and the controller themselves run from. */
const SYSTEM_NAMESPACES: Ascii = "kube-system kube-public kube-node-lease kubewarden sidecarset-system";
const INJECT: Ascii = "sidecarset-kubewarden/inject";

/**
 * Whether Pods of a Namespace (a JSON string, or 0 where nobody said) are left alone: it is in the list, a JSON array, or
 * where there is none (0) it is one of the system's own.
 */
export function isExcluded(namespace: usize, list: usize): bool {
  if (list == 0) return contains(SYSTEM_NAMESPACES, decode(namespace));
  const names = new Elements(list);
  while (names.next()) if (sameText(names.value, namespace)) return true;
  return false;
}

/** Whether a Pod asks for no sidecars, by a label or an annotation. */
export function optsOut(labels: usize, annotations: usize): bool {
  return textEquals(member(labels, INJECT), "false") || textEquals(member(annotations, INJECT), "false");
}
