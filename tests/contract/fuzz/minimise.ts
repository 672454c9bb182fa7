import type { FuzzCase } from "./case.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A smaller case that fails as well, found by taking out members and elements, or bytes where it is no JSON. */
export function minimised(failing: FuzzCase, fails: (candidate: FuzzCase) => boolean): FuzzCase {
  let smallest = failing;
  let document: unknown;
  try {
    document = JSON.parse(decoder.decode(failing.payload));
  } catch {
    return withoutBytes(failing, fails);
  }
  const rewritten = { ...failing, payload: encoder.encode(JSON.stringify(document)) };
  if (!fails(rewritten)) return withoutBytes(failing, fails);
  smallest = rewritten;
  for (let progress = true; progress; ) {
    progress = false;
    for (const candidate of smallerDocuments(document)) {
      const payload = encoder.encode(JSON.stringify(candidate));
      if (payload.length >= smallest.payload.length || !fails({ ...failing, payload })) continue;
      smallest = { ...failing, payload };
      document = candidate;
      progress = true;
      break;
    }
  }
  return smallest;
}

/** The document without one of its members or elements, the outer ones first. */
function* smallerDocuments(document: unknown): Generator {
  for (const path of paths(document)) yield without(document, path);
}

function paths(value: unknown): string[][] {
  const found: string[][] = [];
  let level: { value: unknown; path: string[] }[] = [{ value, path: [] }];
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { value: parent, path } of level) {
      if (typeof parent !== "object" || parent === null) continue;
      for (const [key, child] of Object.entries(parent)) {
        found.push([...path, key]);
        next.push({ value: child, path: [...path, key] });
      }
    }
    level = next;
  }
  return found;
}

function without(value: unknown, [key, ...rest]: string[]): unknown {
  if (key === undefined || typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, child]): [string, unknown][] => {
    if (name !== key) return [[name, child]];
    return rest.length > 0 ? [[name, without(child, rest)]] : [];
  });
  return Array.isArray(value) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

function withoutBytes(failing: FuzzCase, fails: (candidate: FuzzCase) => boolean): FuzzCase {
  let payload = failing.payload;
  for (let size = payload.length >> 1; size > 0; size >>= 1) {
    for (let start = 0; start < payload.length; ) {
      const shorter = Uint8Array.from([...payload.slice(0, start), ...payload.slice(start + size)]);
      if (fails({ ...failing, payload: shorter })) payload = shorter;
      else start += size;
    }
  }
  return { ...failing, payload };
}
