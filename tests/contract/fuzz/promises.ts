import { at, list } from "../policy.ts";
import type { FuzzCase } from "./case.ts";
import { parseExactly, unintended, valueAt } from "./differences.ts";
import { Guest } from "./guest.ts";

/** Memory that a call may take, however odd its payload: payloads of the fuzzer stay below 64 KiB. */
export const MEMORY_LIMIT = 16 * 1024 * 1024;
/** Milliseconds; the real host gives up after two seconds. */
const TIME_LIMIT = 1500;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Calls the policy with cases and says which of its promises it broke. */
export class Promises {
  readonly #guest = new Guest();
  slowest = 0;
  /** How many cases led to an injection, or to a SidecarSet with defaults: cases that only ever fail prove little. */
  mutated = 0;

  /** How a case broke a promise; undefined when all were kept. */
  broken({ operation, payload, host }: FuzzCase): string | undefined {
    const started = performance.now();
    let text: string;
    try {
      text = this.#guest.call(operation, payload, host);
    } catch (error) {
      return `no answer: ${String(error)}`;
    }
    const taken = performance.now() - started;
    this.slowest = Math.max(this.slowest, taken);
    if (taken > TIME_LIMIT) return `took ${taken.toFixed(0)} ms`;
    if (this.#guest.growth > MEMORY_LIMIT) return `took ${this.#guest.growth} bytes of memory`;
    return this.#judge(operation, decoder.decode(payload), text, host);
  }

  #judge(operation: string, payload: string, text: string, host: string | undefined): string | undefined {
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch {
      return `the answer is not JSON: ${text.slice(0, 200)}`;
    }
    const verdict = at(answer, operation === "validate" ? "accepted" : "valid");
    if (typeof verdict !== "boolean") return `no verdict: ${text.slice(0, 200)}`;
    if (operation !== "validate") return undefined;
    for (const warning of list(at(answer, "warnings"))) {
      if (typeof warning !== "string" || warning === "") return "a warning that says nothing";
    }
    if (at(answer, "mutated_object") === undefined) return undefined;
    if (!verdict) return "a rejection with a mutated object";
    this.mutated++;
    return at(JSON.parse(payload), "request", "kind", "kind") === "Pod"
      ? this.#judgePod(payload, text)
      : this.#judgeSet(payload, text, host);
  }

  #judgePod(payload: string, answer: string): string | undefined {
    const sent: unknown = JSON.parse(payload);
    const before = valueAt(parseExactly(payload), "request", "object");
    const after = valueAt(parseExactly(answer), "mutated_object");
    const difference = unintended(before, after, patchedAnnotations(at(sent, "settings", "sidecarSets")));
    return difference === undefined ? undefined : `not intended: a change of ${difference}`;
  }

  /** A SidecarSet that was completed is complete. Only for texts that come through JSON.parse as they are. */
  #judgeSet(payload: string, answer: string, host: string | undefined): string | undefined {
    if (![payload, answer].every((text) => JSON.stringify(JSON.parse(text)) === text)) return undefined;
    const { request, settings } = JSON.parse(payload);
    const object = at(JSON.parse(answer), "mutated_object");
    const again = encoder.encode(JSON.stringify({ request: { ...request, object }, settings }));
    const second: unknown = JSON.parse(this.#guest.call("validate", again, host));
    if (at(second, "accepted") !== true) return `refused once completed: ${String(at(second, "message"))}`;
    return at(second, "mutated_object") === undefined ? undefined : "completed twice";
  }
}

function patchedAnnotations(sidecarSets: unknown): ReadonlySet<string> {
  const specs = list(sidecarSets).flatMap((set) => [at(set, "spec"), at(set, "revision", "spec")]);
  const patches = specs.flatMap((spec) => list(at(spec, "patchPodMetadata")));
  return new Set(patches.flatMap((patch) => Object.keys(at(patch, "annotations") ?? {})));
}
