import { customSections, metadataSection, withCustomSection } from "./custom-section.ts";
import type { Metadata } from "./metadata.ts";

/**
 * The module with its metadata inside, as policy-server and kwctl expect it: one custom section of JSON. `protocol` is what
 * the module answers to protocol_version, `usage` is shown by `kwctl inspect`.
 */
export function annotated(module: Uint8Array, metadata: Metadata, protocol: "v1", usage: string): Uint8Array {
  const content = {
    protocolVersion: protocol,
    ...metadata,
    annotations: { ...metadata.annotations, "io.kubewarden.policy.usage": usage },
  };
  return withCustomSection(module, metadataSection, new TextEncoder().encode(JSON.stringify(content)));
}

/** The metadata inside a module. Throws when there is none, or more than one. */
export function embeddedMetadata(module: Uint8Array): unknown {
  const [content, ...more] = customSections(module, metadataSection);
  if (content === undefined || more.length > 0) {
    throw new Error(
      `expected one section ${metadataSection}, found ${content === undefined ? 0 : more.length + 1}`,
    );
  }
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
}
