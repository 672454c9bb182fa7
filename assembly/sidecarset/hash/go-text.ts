import { Ascii, asciiAt, isText, skip, Writer } from "@kubewarden/as-sdk/assembly/json";
import { character } from "@kubewarden/as-sdk/assembly/json/text";

const HEX_DIGITS: Ascii = "0123456789abcdef";

/**
 * Writes a JSON string the way Go's encoder does: `<`, `>`, `&`, U+2028 and U+2029 as escapes, the short escapes for
 * the five common controls, everything else as it is. Half a surrogate pair becomes U+FFFD. No string writes `""`.
 */
export function writeGoText(text: usize, out: Writer): void {
  out.byte(0x22);
  if (isText(text)) {
    const end = skip(text) - 1;
    for (let at = text + 1; at < end; ) {
      const here = character(at);
      writeGoCharacter(<i32>here, out);
      at = <usize>(here >> 32);
    }
  }
  out.byte(0x22);
}

function writeGoCharacter(code: i32, out: Writer): void {
  switch (code) {
    case 0x22:
      return out.ascii('\\"');
    case 0x5c:
      return out.ascii("\\\\");
    case 0x08:
      return out.ascii("\\b");
    case 0x0c:
      return out.ascii("\\f");
    case 0x0a:
      return out.ascii("\\n");
    case 0x0d:
      return out.ascii("\\r");
    case 0x09:
      return out.ascii("\\t");
    case 0x3c:
    case 0x3e:
    case 0x26:
    case 0x2028:
    case 0x2029:
      return writeEscape(code, out);
    default:
  }
  if (code < 0x20) writeEscape(code, out);
  else if (code < 0x80) out.byte(<u8>code);
  else out.utf8((code & 0xfffff800) == 0xd800 ? "\ufffd" : String.fromCodePoint(code));
}

function writeEscape(code: i32, out: Writer): void {
  out.ascii("\\u");
  for (let shift = 12; shift >= 0; shift -= 4) out.byte(asciiAt(HEX_DIGITS, (code >> shift) & 15));
}
