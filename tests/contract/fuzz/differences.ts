/** A JSON value in which numbers are kept as they are spelt. */
type Exact = null | boolean | string | Spelt | Exact[] | { [key: string]: Exact };

class Spelt {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const EDITED = new Set(["containers", "initContainers", "volumes", "imagePullSecrets"]);
const OURS = /^kruise\.io\/sidecarset-|^version(alt)?\.sidecarset\.kruise\.io\//;

/** Parses JSON without losing how a number is written. */
export function parseExactly(text: string): Exact {
  const spelt = (_key: string, value: Exact, context?: { source?: string }) =>
    typeof value === "number" ? new Spelt(context?.source ?? "") : value;
  const parsed: Exact = JSON.parse(text, spelt);
  return parsed;
}

/** The value at a path; null where there is nothing. */
export function valueAt(value: Exact, ...path: string[]): Exact {
  return path.reduce((here, key) => asObject(here)[key] ?? null, value);
}

/**
 * How a Pod differs from the one that was sent in more than injection intends; undefined when it does not.
 *
 * Intended are containers marked as injected, in the place of one of the same name or beside the others; volumes and pull
 * secrets behind the Pod's own; annotations of SidecarSets, and those of `patched`.
 */
export function unintended(before: Exact, after: Exact, patched: ReadonlySet<string>): string | undefined {
  if (!isObject(before) || !isObject(after)) return "the Pod is no object any more";
  for (const [key, value] of entriesOf(before, after)) {
    const here = before[key] ?? null;
    if (key !== "metadata" && key !== "spec" && !same(here, value)) return key;
  }
  const metadata = inMetadata(asObject(before["metadata"]), asObject(after["metadata"]), patched);
  return metadata ?? inSpec(asObject(before["spec"]), asObject(after["spec"]));
}

function inMetadata(before: Members, after: Members, patched: ReadonlySet<string>): string | undefined {
  for (const [key, value] of entriesOf(before, after)) {
    if (key !== "annotations" && !same(before[key] ?? null, value)) return `metadata.${key}`;
  }
  const annotations = asObject(before["annotations"]);
  for (const [key, value] of entriesOf(annotations, asObject(after["annotations"]))) {
    if (OURS.test(key) || patched.has(key)) continue;
    if (!same(annotations[key] ?? null, value)) return `metadata.annotations[${key}]`;
  }
  return undefined;
}

function inSpec(before: Members, after: Members): string | undefined {
  for (const [key, value] of entriesOf(before, after)) {
    if (!EDITED.has(key) && !same(before[key] ?? null, value)) return `spec.${key}`;
  }
  for (const key of ["containers", "initContainers"]) {
    if (!keepsContainers(asList(before[key]), asList(after[key]))) return `spec.${key}`;
  }
  const volumes = asList(before["volumes"]);
  if (!same(volumes, asList(after["volumes"]).slice(0, volumes.length))) return "spec.volumes";
  const secrets = asList(before["imagePullSecrets"]);
  const once = secrets.filter(
    (one, at) => secrets.findIndex((other) => nameOf(other) === nameOf(one)) === at,
  );
  const now = asList(after["imagePullSecrets"]);
  const kept = same(secrets, now) || same(once, now.slice(0, once.length));
  return kept ? undefined : "spec.imagePullSecrets";
}

/** Whether the containers are those of before in their order, some of them replaced, among injected ones. */
function keepsContainers(before: Exact[], after: Exact[]): boolean {
  let at = 0;
  for (const container of after) {
    const original = before[at];
    if (original !== undefined && same(original, container)) at++;
    else if (!isInjected(container)) return false;
    else if (original !== undefined && nameOf(original) === nameOf(container)) at++;
  }
  return at === before.length;
}

function isInjected(container: Exact): boolean {
  return asList(asObject(container)["env"]).some(
    (entry) => nameOf(entry) === "IS_INJECTED" && asObject(entry)["value"] === "true",
  );
}

type Members = { [key: string]: Exact };

/** The members of both, with their values after the change. */
function entriesOf(before: Members, after: Members): [string, Exact][] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].map((key) => [key, after[key] ?? null]);
}

function isObject(value: Exact | undefined): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Spelt);
}

function asObject(value: Exact | undefined): Members {
  return isObject(value) ? value : {};
}

function asList(value: Exact | undefined): Exact[] {
  return Array.isArray(value) ? value : [];
}

function nameOf(value: Exact): Exact | undefined {
  return asObject(value)["name"];
}

function same(one: Exact, other: Exact): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
