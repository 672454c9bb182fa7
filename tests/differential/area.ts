import type * as fc from "fast-check";
import type { Feature, Original, Release } from "./original.ts";

/** How one case came out. */
export type Outcome =
  | { readonly kind: "same" }
  /** The answers differ as a named deviation says. */
  | { readonly kind: "deviation"; readonly name: string }
  | { readonly kind: "different"; readonly how: string };

export const same: Outcome = { kind: "same" };

/** One field of behaviour that is compared: its inputs, what the original answers and how ours measures up to it. */
export interface Area<Input, Theirs> {
  readonly name: string;
  /** What a release must have for the area to be compared with it; absent when every release has it. */
  readonly needs?: Feature;
  inputs(release: Release): fc.Arbitrary<Input>;
  /** The original's answer, in the form in which it is recorded. */
  ask(original: Original, input: Input): Promise<Theirs>;
  /**
   * Compares our answer with the original's. `spell` writes a document as the original's types do; without the original
   * it leaves out what its types cannot tell from absence, which is enough for what was recorded.
   */
  judge(input: Input, theirs: Theirs, spell: Spell): Promise<Outcome>;
}

export type Spell = (kind: "pod" | "sidecarSet", document: unknown) => Promise<unknown>;

// oxlint-disable-next-line typescript/no-explicit-any -- areas are run one by one, each with its own types
export type AnyArea = Area<any, any>;
