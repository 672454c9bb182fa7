const LABEL_LENGTH = 63;
const SUBDOMAIN_LENGTH = 253;
const PORT_NAME_LENGTH = 15;

/** A name as containers and volumes have it: lower case letters, digits and inner dashes. */
export function dnsLabelRule(text: string): string {
  if (text.length <= LABEL_LENGTH && isDnsLabel(text)) return "";
  return "a DNS label: at most 63 of a-z, 0-9 and -, letter or digit first and last";
}

/** Labels joined by dots, as objects are named. */
export function dnsSubdomainRule(text: string): string {
  const labels = text.split(".");
  let valid = text.length > 0 && text.length <= SUBDOMAIN_LENGTH;
  for (let i = 0; valid && i < labels.length; i++) valid = isDnsLabel(labels[i]);
  return valid ? "" : "a DNS subdomain: at most 253 of a-z, 0-9, - and .";
}

/** `[prefix/]name`: the key of a label, an annotation or a resource. */
export function qualifiedNameRule(text: string): string {
  const slash = text.indexOf("/");
  const name = slash < 0 ? text : text.slice(slash + 1);
  const prefixed = slash < 0 || dnsSubdomainRule(text.slice(0, slash)).length == 0;
  if (prefixed && name.length > 0 && name.length <= LABEL_LENGTH && isLabelText(name)) return "";
  return "a qualified name: [DNS subdomain/]name with at most 63 of A-Z, a-z, 0-9, -, _ and ., letter or digit first and last";
}

export function labelValueRule(text: string): string {
  if (text.length == 0 || (text.length <= LABEL_LENGTH && isLabelText(text))) return "";
  return "a label value: at most 63 of A-Z, a-z, 0-9, -, _ and ., letter or digit first and last";
}

export function envNameRule(text: string): string {
  const valid = isPlainName(text) && !isDigit(text.charCodeAt(0));
  return valid ? "" : "a variable name: A-Z, a-z, 0-9, -, _ and ., no digit first";
}

export function portNameRule(text: string): string {
  const valid =
    text.length <= PORT_NAME_LENGTH && isDnsLabel(text) && !text.includes("--") && hasLetter(text);
  return valid ? "" : "a port name: at most 15 of a-z, 0-9 and single inner dashes, with a letter";
}

/** The key of a file in a ConfigMap or a Secret. */
export function fileKeyRule(text: string): string {
  const valid = text.length <= SUBDOMAIN_LENGTH && isPlainName(text);
  return valid ? "" : "a key: at most 253 of A-Z, a-z, 0-9, -, _ and .";
}

export function httpHeaderRule(text: string): string {
  const valid = text.length > 0 && consistsOf(text, isHeaderCharacter);
  return valid ? "" : "a header name such as X-Header-Name";
}

/** A file that Kubernetes writes into a volume: a path below it that does not begin like its own bookkeeping. */
export function filePathRule(text: string): string {
  return text.startsWith("..") ? "a relative path that does not begin with .." : relativePathRule(text);
}

/** A path below a directory: not absolute and without a step up. */
export function relativePathRule(text: string): string {
  return text.startsWith("/") || hasStepUp(text) ? "a relative path without .." : "";
}

export function hasStepUp(path: string): bool {
  return `/${path}/`.includes("/../");
}

export function consistsOf(text: string, accepts: (code: i32) => bool): bool {
  for (let i = 0; i < text.length; i++) if (!accepts(text.charCodeAt(i))) return false;
  return true;
}

export function isLetter(code: i32): bool {
  return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
}

export function isDigit(code: i32): bool {
  return code >= 0x30 && code <= 0x39;
}

/** A letter or a digit. */
export function isWordCharacter(code: i32): bool {
  return isLetter(code) || isDigit(code);
}

function hasLetter(text: string): bool {
  for (let i = 0; i < text.length; i++) if (isLetter(text.charCodeAt(i))) return true;
  return false;
}

function isDnsLabel(text: string): bool {
  return consistsOf(text, isDnsCharacter) && !text.startsWith("-") && !text.endsWith("-") && text.length > 0;
}

function isLabelText(text: string): bool {
  const ends = isWordCharacter(text.charCodeAt(0)) && isWordCharacter(text.charCodeAt(text.length - 1));
  return ends && consistsOf(text, isLabelCharacter);
}

/** A name that can stand in a directory without being a step in it. */
function isPlainName(text: string): bool {
  return text.length > 0 && text != "." && !text.startsWith("..") && consistsOf(text, isLabelCharacter);
}

function isDnsCharacter(code: i32): bool {
  return isDigit(code) || (code >= 0x61 && code <= 0x7a) || code == 0x2d;
}

function isLabelCharacter(code: i32): bool {
  return isWordCharacter(code) || code == 0x2d || code == 0x5f || code == 0x2e;
}

function isHeaderCharacter(code: i32): bool {
  return isWordCharacter(code) || "!#$%&'*+-.^_`|~".includes(String.fromCharCode(code));
}
