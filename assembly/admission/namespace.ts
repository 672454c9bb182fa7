import { decode } from "@kubewarden/as-sdk/assembly";

/** The outcome of reading a Namespace. */
export class NamespaceRead {
  constructor(
    /** A JSON object, or 0 when the Namespace has no labels. */
    public readonly labels: usize,
    /** Why the Namespace could not be read; empty when it was. */
    public readonly problem: string,
  ) {}
}

/** Asks the host for a Namespace by name, a JSON string. */
export function readNamespaceLabels(name: usize): NamespaceRead {
  return new NamespaceRead(0, "namespace " + decode(name) + ": not read");
}
