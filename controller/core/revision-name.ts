/** Kubernetes' alphabet for names: no vowels and no 0, 1, 3, so that no name spells a word or is misread. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";

/** Longest part of the owner's name in the name of its revision. */
const longestOwner = 223;

/**
 * The hash in the name of a ControllerRevision: 32-bit FNV-1 over the data and the decimal collision count, its decimal
 * digits in Kubernetes' safe alphabet.
 */
export function revisionHash(data: string, collisionCount: number): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(data + String(collisionCount))) {
    hash = (Math.imul(hash, 0x01000193) ^ byte) >>> 0;
  }
  return String(hash).replaceAll(/\d/g, (digit) => alphabet.charAt(digit.charCodeAt(0) % alphabet.length));
}

/** The name that OpenKruise gives to the revision of a SidecarSet with this data. */
export function revisionName(set: string, data: string, collisionCount: number): string {
  return `${set.slice(0, longestOwner)}-${revisionHash(data, collisionCount)}`;
}
