import { GetResource, decode, getResource, isBlank, isObject } from "@kubewarden/as-sdk/assembly";
import { given } from "../document/value";

/** The outcome of reading a Namespace. */
export class NamespaceRead {
  constructor(
    /** A JSON object, or 0 when the Namespace has no labels. */
    public readonly labels: usize,
    /** Why the Namespace could not be read; empty when it was. */
    public readonly problem: string,
  ) {}
}

/** Asks the host for the labels of a Namespace by name (a JSON string, or 0 when the request did not say). */
export function readNamespaceLabels(name: usize): NamespaceRead {
  if (isBlank(name)) {
    return new NamespaceRead(0, "request.namespace: expected the name of the Pod's Namespace, got nothing");
  }
  const text = decode(name);
  const result = getResource(new GetResource("v1", "Namespace", text));
  if (result.isError) {
    return new NamespaceRead(0, `namespace ${text}: its labels cannot be read: ${result.error}`);
  }
  if (!isObject(result.value)) {
    return new NamespaceRead(0, `namespace ${text}: its labels cannot be read: the host answered no object`);
  }
  return new NamespaceRead(given(given(result.value, "metadata"), "labels"), "");
}
