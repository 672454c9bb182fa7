import { isJsonObject } from "../model/json.ts";
import type { StringMap } from "../model/pod.ts";
import { compileSelector } from "./selector.ts";

interface Indexed {
  readonly matches: (labels: StringMap) => boolean;
  /** Places of `#demanding` that hold the name; none for a selector that demands no label. */
  readonly places: readonly string[];
}

/**
 * Names of SidecarSets by a label that their selector demands, so that the labels of a Pod are not tried with every set.
 * Answers are kept as long as somebody has the label object and no selector changes: O(1) for labels seen before, else
 * O(labels + sets that demand one of them, or none).
 */
export class SelectorIndex {
  readonly #selectors = new Map<string, Indexed>();
  readonly #demanding = new Map<string, Set<string>>();
  readonly #undemanding = new Set<string>();
  #known = new WeakMap<StringMap, readonly string[]>();

  /** A faulty selector matches nothing. */
  put(name: string, selector: unknown): void {
    this.remove(name);
    const compiled = compileSelector(selector);
    if (!compiled.ok) return;
    const places = demanded(selector);
    this.#selectors.set(name, { matches: compiled.matches, places });
    if (places.length === 0) this.#undemanding.add(name);
    for (const place of places) {
      const names = this.#demanding.get(place);
      if (names === undefined) this.#demanding.set(place, new Set([name]));
      else names.add(name);
    }
  }

  remove(name: string): void {
    this.#known = new WeakMap();
    this.#undemanding.delete(name);
    for (const place of this.#selectors.get(name)?.places ?? []) {
      const names = this.#demanding.get(place);
      names?.delete(name);
      if (names?.size === 0) this.#demanding.delete(place);
    }
    this.#selectors.delete(name);
  }

  /** Names of the sets whose selector matches, in no particular order. */
  matching(labels: StringMap): readonly string[] {
    const known = this.#known.get(labels);
    if (known !== undefined) return known;
    const candidates = new Set(this.#undemanding);
    for (const [key, value] of Object.entries(labels)) {
      for (const name of this.#demanding.get(placeOf(key, value)) ?? []) candidates.add(name);
    }
    const matching = [...candidates].filter((name) => this.#selectors.get(name)?.matches(labels));
    this.#known.set(labels, matching);
    return matching;
  }
}

/** Places of the labels of which a Pod must have one: of the first matchLabels, else of the first In. */
function demanded(selector: unknown): readonly string[] {
  if (!isJsonObject(selector)) return [];
  const { matchLabels, matchExpressions } = selector;
  const [label] = isJsonObject(matchLabels) ? Object.entries(matchLabels) : [];
  if (label !== undefined) return [label].map(([key, value]) => placeOf(key, value));
  const expressions: readonly unknown[] = Array.isArray(matchExpressions) ? matchExpressions : [];
  for (const expression of expressions) {
    if (!isJsonObject(expression) || expression["operator"] !== "In") continue;
    const { key, values } = expression;
    if (Array.isArray(values)) return values.map((value: unknown) => placeOf(key, value));
  }
  return [];
}

/** Of a compiled selector, in which keys and values are strings. */
function placeOf(key: unknown, value: unknown): string {
  return JSON.stringify([key, value]);
}
