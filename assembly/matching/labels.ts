import {
  Ascii,
  firstKey,
  memberValue,
  nextItem,
  sameText,
  textEquals,
} from "@kubewarden/as-sdk/assembly/json";

/** The label that Kubernetes keeps on every Namespace with the Namespace's own name as its value. */
export const NAMESPACE_NAME_LABEL: Ascii = "kubernetes.io/metadata.name";

/** The value of the member whose key says the same as `key`, a JSON string; of equal keys the last. 0 when absent. */
export function valueOfKey(object: usize, key: usize): usize {
  let found: usize = 0;
  for (let own = firstKey(object); own != 0; ) {
    const value = memberValue(own);
    if (sameText(own, key)) found = value;
    own = nextItem(value);
  }
  return found;
}

/**
 * What is known of the labels that a selector is asked about.
 *
 * A Namespace's name is known from the request while the rest of its labels may not have been read yet.
 */
export class Labels {
  constructor(
    /** A JSON object or null, or 0 where there are none. */
    public readonly object: usize,
    /** The JSON string that answers for `NAMESPACE_NAME_LABEL`, or 0 to look it up like any other. */
    public readonly namespaceName: usize = 0,
    /** False: `object` says nothing, and only the Namespace's name is known. */
    public readonly complete: bool = true,
  ) {}

  answers(key: usize): bool {
    return this.complete || (this.namespaceName != 0 && textEquals(key, NAMESPACE_NAME_LABEL));
  }

  value(key: usize): usize {
    if (this.namespaceName != 0 && textEquals(key, NAMESPACE_NAME_LABEL)) return this.namespaceName;
    return valueOfKey(this.object, key);
  }
}
