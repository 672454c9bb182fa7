import { PAYLOADS } from "../payloads.ts";
import { Generator } from "./generator.ts";
import { Dice, mutateBytes, mutateValues } from "./mutation.ts";

/** One call of the policy. */
export interface FuzzCase {
  readonly operation: string;
  readonly payload: Uint8Array;
  /** What the host answers to every call of the guest; undefined denies them. */
  readonly host: string | undefined;
}

export const layers = ["bytes", "values", "structures", "mixed"] as const;
export type Layer = (typeof layers)[number];

const HOSTS = [
  null,
  '{"metadata":{"labels":{"app":"web","team":"log"}}}',
  '{"metadata":null}',
  '{"items":[]}',
  '{"items":[{"metadata":{"name":"z"},"spec":{"selector":{"matchLabels":{"app":"web"}},"containers":[{"name":"log"}]}}]}',
  '{"items":[null,5,{"metadata":5,"spec":[]}]}',
  "",
  "nope",
  "[]",
];

const documents = Object.values(PAYLOADS).map(([operation, payload]) => ({
  operation,
  text: JSON.stringify(payload),
}));
const encoder = new TextEncoder();

/** The case of a number; seed and number decide everything about it. */
export function fuzzCase(seed: number, index: number): FuzzCase & { readonly layer: Layer } {
  const dice = new Dice(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  for (let i = 0; i < 4; i++) dice.roll(2);
  const layer = layers[index % layers.length] ?? "bytes";
  const host = dice.pick(HOSTS) ?? undefined;
  if (layer === "bytes" || layer === "values") {
    const { operation, text } = dice.pick(documents);
    const changed =
      layer === "bytes" ? mutateBytes(encoder.encode(text), dice, 6) : mutateValues(text, dice, 4);
    return {
      layer,
      operation,
      host,
      payload: typeof changed === "string" ? encoder.encode(changed) : changed,
    };
  }
  const { operation, text } = structured(dice);
  const changed = layer === "structures" ? text : mutateValues(text, dice, 3);
  return { layer, operation, host, payload: encoder.encode(changed) };
}

function structured(dice: Dice): { operation: string; text: string } {
  const generator = new Generator(dice);
  const which = dice.roll(10);
  if (which < 6) return { operation: "validate", text: JSON.stringify(generator.podPayload()) };
  if (which < 9) return { operation: "validate", text: JSON.stringify(generator.setPayload()) };
  return { operation: "validate_settings", text: JSON.stringify(generator.settings()) };
}
