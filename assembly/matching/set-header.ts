import {
  Elements,
  firstKey,
  isBlank,
  isUnset,
  member,
  memberValue,
  nextItem,
  textEquals,
} from "@kubewarden/as-sdk/assembly/json";
import { NAMESPACE_NAME_LABEL } from "./labels";
import { Operator, operatorOf } from "./selector-fault";

/**
 * What matching reads of one SidecarSet of the settings, found in a single pass over it.
 *
 * One header is refilled for every set, so that the sets which do not match cost no memory.
 */
export class SetHeader {
  /** JSON string, or 0. */
  name: usize = 0;
  annotations: usize = 0;
  spec: usize = 0;
  selector: usize = 0;
  namespaceSelector: usize = 0;
  /** v1alpha1's exact namespace: a JSON string, or 0 when absent or empty. */
  namespace: usize = 0;
  injectionStrategy: usize = 0;

  read(set: usize): void {
    this.name = 0;
    this.annotations = 0;
    this.spec = 0;
    this.selector = 0;
    this.namespaceSelector = 0;
    this.namespace = 0;
    this.injectionStrategy = 0;
    this.readMetadata(member(set, "metadata"));
    const spec = member(set, "spec");
    this.spec = spec;
    for (let key = firstKey(spec); key != 0; ) {
      const value = memberValue(key);
      if (textEquals(key, "selector")) this.selector = value;
      else if (textEquals(key, "namespaceSelector")) this.namespaceSelector = value;
      else if (textEquals(key, "injectionStrategy")) this.injectionStrategy = value;
      else if (textEquals(key, "namespace")) this.namespace = isBlank(value) ? 0 : value;
      key = nextItem(value);
    }
  }

  private readMetadata(metadata: usize): void {
    for (let key = firstKey(metadata); key != 0; ) {
      const value = memberValue(key);
      if (textEquals(key, "name")) this.name = isBlank(value) ? 0 : value;
      else if (textEquals(key, "annotations")) this.annotations = value;
      key = nextItem(value);
    }
  }
}

/**
 * Whether a set is restricted to namespaces by name: by `spec.namespace`, or by a `namespaceSelector` that names
 * `kubernetes.io/metadata.name` in matchLabels or in an `In` expression. Such sets are injected before the others.
 */
export function namesItsNamespaces(header: SetHeader): bool {
  if (header.namespace != 0) return true;
  const selector = header.namespaceSelector;
  if (isUnset(selector)) return false;
  if (member(member(selector, "matchLabels"), NAMESPACE_NAME_LABEL) != 0) return true;
  const matchExpressions = member(selector, "matchExpressions");
  const expressions = new Elements(matchExpressions);
  while (expressions.next()) {
    if (!textEquals(member(expressions.value, "key"), NAMESPACE_NAME_LABEL)) continue;
    if (operatorOf(expressions.value) == Operator.In) return true;
  }
  return false;
}
