import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as fc from "fast-check";
import type { AnyArea, Spell } from "./area.ts";
import { isObject, terse, textAt } from "./compare.ts";
import { Misuse, type Original, type Release } from "./original.ts";

/** One case with the original's answer, as it is kept for tests that run without the original. */
export interface Recorded {
  readonly input: unknown;
  readonly theirs: unknown;
}

/** How documents are compared where the original is not at hand. */
export const spellTersely: Spell = async (_kind, document) => terse(document);

function file(area: AnyArea): URL {
  return new URL(`recorded/${area.name}.recorded.json`, import.meta.url);
}

export function recorded(area: AnyArea): Recorded[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the files are ours
  return JSON.parse(readFileSync(file(area), "utf8")) as Recorded[];
}

/** Writes a corpus of `wanted` cases: of many random ones those that show something which none before them showed. */
export async function record(
  area: AnyArea,
  { original, release, wanted, seed }: { original: Original; release: Release; wanted: number; seed: number },
): Promise<void> {
  const seen = new Set<string>();
  const novel: Recorded[] = [];
  const usual: Recorded[] = [];
  for (const input of fc.sample(area.inputs(release), { numRuns: wanted * 20, seed })) {
    try {
      const theirs: unknown = await area.ask(original, input);
      if ((await area.judge(input, theirs, spellTersely)).kind === "different") continue;
      const before = seen.size;
      for (const feature of features(input, theirs)) seen.add(feature);
      (seen.size > before ? novel : usual).push({ input, theirs });
    } catch (error) {
      if (!(error instanceof Misuse)) throw error;
    }
  }
  const kept = [...novel, ...usual].slice(0, wanted);
  mkdirSync(new URL("recorded", import.meta.url), { recursive: true });
  writeFileSync(file(area), `[\n${kept.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
  console.log(
    `  recorded ${kept.length} cases, ${Math.min(novel.length, kept.length)} of them for something new`,
  );
}

/** What a case shows: which fields it has, with their values where these are short. */
function* features(input: unknown, theirs: unknown): Generator<string> {
  yield* paths(input, "");
  if (isObject(theirs) && theirs["allowed"] === false)
    yield `refused ${(textAt(theirs, "message") + textAt(theirs, "panic")).slice(0, 60)}`;
}

function* paths(value: unknown, path: string): Generator<string> {
  if (Array.isArray(value)) {
    yield `${path}[${value.length}]`;
    for (const item of value) yield* paths(item, `${path}[]`);
  } else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) yield* paths(inner, `${path}.${key}`);
  } else {
    const text = String(value);
    yield text.length > 16 ? path : `${path}=${text}`;
  }
}
