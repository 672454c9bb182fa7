import { Ascii } from "@kubewarden/as-sdk/assembly/json";
import { lowered } from "../../document/letter-case";

/** Of the repository without its domain. */
const LONGEST_PATH = 255;
const LONGEST_TAG = 128;

/**
 * The pull policy of an image that names none: `Always` for the tag `latest` and for no tag at all, else `IfNotPresent`.
 * A digest without a tag, and anything that is no image reference, is `IfNotPresent`.
 */
export function defaultPullPolicy(image: string): Ascii {
  return pullsLatest(image) ? "Always" : "IfNotPresent";
}

function pullsLatest(image: string): bool {
  if (image.length == 64 && runOf(image, 0, isLowerHex) == 64) return false;
  const slash = image.indexOf("/");
  const host = slash < 0 ? "" : image.slice(0, slash);
  // What looks like a domain and is none, such as `a_b.c`, can still be the first part of the path.
  const rest = looksLikeDomain(host) && isDomain(host) ? image.slice(slash + 1) : image;
  const pathEnd = endOfPath(rest);
  const library = slash < 0 ? "library/".length : 0;
  if (pathEnd < 0 || library + pathEnd > LONGEST_PATH) return false;
  if (pathEnd == rest.length) return true;

  const isTagged = rest.charAt(pathEnd) == ":";
  const tagEnd = isTagged ? endOfTag(rest, pathEnd + 1) : pathEnd;
  if (tagEnd < 0 || (tagEnd < rest.length && !isDigest(rest, tagEnd))) return false;
  return isTagged && rest.slice(pathEnd + 1, tagEnd) == "latest";
}

function looksLikeDomain(host: string): bool {
  return host.includes(".") || host.includes(":") || host == "localhost" || lowered(host) != host;
}

/** Where the repository path ends; -1 when there is none. Components are lower case, joined by `.`, `_`, `__` or dashes. */
function endOfPath(text: string): i32 {
  let start = 0;
  let end = runOf(text, start, isLowerAlphanumeric);
  let separator = endOfSeparator(text, end);
  while (end > start && separator > end) {
    start = separator;
    end = runOf(text, start, isLowerAlphanumeric);
    separator = endOfSeparator(text, end);
  }
  return end > start ? end : -1;
}

function endOfSeparator(text: string, at: i32): i32 {
  const here = text.charAt(at);
  if (here == "/" || here == ".") return at + 1;
  if (here == "_") return text.charAt(at + 1) == "_" ? at + 2 : at + 1;
  while (text.charAt(at) == "-") at++;
  return at;
}

function endOfTag(text: string, start: i32): i32 {
  const first = text.charAt(start);
  if (first == "." || first == "-") return -1;
  const end = runOf(text, start, isTagCharacter);
  return end == start || end - start > LONGEST_TAG ? -1 : end;
}

/** `@algorithm:hex` up to the end, of an algorithm with the length of its digests. */
function isDigest(text: string, at: i32): bool {
  if (text.charAt(at) != "@") return false;
  const colon = text.indexOf(":", at);
  if (colon < 0 || runOf(text, colon + 1, isLowerHex) != text.length) return false;
  const algorithm = text.slice(at + 1, colon);
  const length = text.length - colon - 1;
  if (algorithm == "sha256") return length == 64;
  if (algorithm == "sha384") return length == 96;
  return algorithm == "sha512" && length == 128;
}

function isDomain(host: string): bool {
  let name = host;
  const colon = host.lastIndexOf(":");
  if (colon >= 0 && !host.endsWith("]")) {
    if (colon + 1 == host.length || runOf(host, colon + 1, isDecimal) != host.length) return false;
    name = host.slice(0, colon);
  }
  if (name.startsWith("[")) {
    return name.length > 2 && runOf(name, 1, isAddressCharacter) == name.length - 1 && name.endsWith("]");
  }
  const labels = name.split(".");
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (label.length == 0 || label.startsWith("-") || label.endsWith("-")) return false;
    if (runOf(label, 0, isDomainCharacter) != label.length) return false;
  }
  return true;
}

function runOf(text: string, from: i32, accepts: (code: i32) => bool): i32 {
  let at = from;
  while (at < text.length && accepts(text.charCodeAt(at))) at++;
  return at;
}

function isDecimal(code: i32): bool {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: i32): bool {
  return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
}

function isLowerAlphanumeric(code: i32): bool {
  return isDecimal(code) || (code >= 0x61 && code <= 0x7a);
}

function isLowerHex(code: i32): bool {
  return isDecimal(code) || (code >= 0x61 && code <= 0x66);
}

function isAddressCharacter(code: i32): bool {
  return isDecimal(code) || code == 0x3a || (isLetter(code) && (code | 0x20) <= 0x66);
}

function isDomainCharacter(code: i32): bool {
  return isDecimal(code) || isLetter(code) || code == 0x2d;
}

function isTagCharacter(code: i32): bool {
  return isDomainCharacter(code) || code == 0x5f || code == 0x2e;
}
