import type { Reply } from "./play.ts";

/** One place where two servers answered differently. `undefined` means that nothing was there. */
export interface Difference {
  readonly call: string;
  /** Such as `body.spec.containers[0].image`. */
  readonly path: string;
  readonly real: unknown;
  readonly other: unknown;
}

/** All differences between two runs of one script, call by call. */
export function compare(real: readonly Reply[], other: readonly Reply[]): Difference[] {
  const answered = new Map(other.map((reply) => [reply.name, reply]));
  const differences: Difference[] = [];
  for (const reply of real) {
    const counterpart = answered.get(reply.name);
    for (const difference of differencesOf(reply, counterpart, "")) {
      differences.push({ call: reply.name, ...difference });
    }
  }
  return differences;
}

function* differencesOf(real: unknown, other: unknown, path: string): Generator<Omit<Difference, "call">> {
  if (Array.isArray(real) && Array.isArray(other)) {
    for (let index = 0; index < Math.max(real.length, other.length); index += 1) {
      yield* differencesOf(real[index], other[index], `${path}[${index}]`);
    }
    return;
  }
  if (isRecord(real) && isRecord(other)) {
    for (const key of new Set([...Object.keys(real), ...Object.keys(other)])) {
      yield* differencesOf(real[key], other[key], path === "" ? key : `${path}.${key}`);
    }
    return;
  }
  if (real !== other) yield { path, real, other };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
