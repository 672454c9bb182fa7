import { decode, isText } from "@kubewarden/as-sdk/assembly/json";
import { isTime } from "./admission-time";

const FORM = "0000-00-00T00:00:00";

/**
 * Whether a value is a time in any form of RFC 3339, with a fraction of a second and in any zone: records may come from
 * tools that do not write UTC. Whether the month has such a day is not looked at.
 */
export function isRecordedTime(value: usize): bool {
  if (isTime(value)) return true;
  if (!isText(value)) return false;
  const text = decode(value);
  if (!fits(text.substring(0, FORM.length), FORM)) return false;
  let at = FORM.length;
  if (at < text.length && text.charCodeAt(at) == 0x2e) {
    const point = at++;
    while (at < text.length && isDigit(text.charCodeAt(at))) at++;
    if (at == point + 1) return false;
  }
  const zone = text.substring(at);
  return zone == "Z" || fits(zone, "+00:00") || fits(zone, "-00:00");
}

/** Whether a text is the form with any digits for its zeros. */
function fits(text: string, form: string): bool {
  if (text.length != form.length) return false;
  for (let i = 0; i < form.length; i++) {
    const expected = form.charCodeAt(i);
    const unit = text.charCodeAt(i);
    if (expected == 0x30 ? !isDigit(unit) : unit != expected) return false;
  }
  return true;
}

function isDigit(unit: i32): bool {
  return unit >= 0x30 && unit <= 0x39;
}
