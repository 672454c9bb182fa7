import { Elements, compareText, isText, member, skip } from "@kubewarden/as-sdk/assembly/json";

/** `2026-07-02T09:00:00Z` and its quotes. */
const TIME_LENGTH: usize = 22;

/**
 * When the Pod was admitted, as far as its bytes tell: the latest time of its managedFields, which the API server
 * sets before it asks webhooks. A JSON string, or 0 when the Pod has none: the policy has no clock of its own.
 */
export function admissionTime(metadata: usize): usize {
  let latest: usize = 0;
  const entries = new Elements(member(metadata, "managedFields"));
  while (entries.next()) {
    const time = member(entries.value, "time");
    if (isTime(time) && compareText(time, latest) > 0) latest = time;
  }
  return latest;
}

/** Whether a value is a time in UTC to the second, in RFC 3339's form. */
export function isTime(value: usize): bool {
  if (!isText(value) || skip(value) - value != TIME_LENGTH) return false;
  const form = "0000-00-00T00:00:00Z";
  for (let i = 0; i < form.length; i++) {
    const byte = load<u8>(value + 1 + i);
    const expected = <u8>form.charCodeAt(i);
    const fits = expected == 0x30 ? byte >= 0x30 && byte <= 0x39 : byte == expected;
    if (!fits) return false;
  }
  return true;
}
