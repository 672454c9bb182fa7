import { canonical } from "../quantity/notation";
import { Quantity } from "../quantity/quantity";
import { Evaluation } from "./evaluation";
import { asQuantity, Value } from "./value";

/** What became of an expression: a quantity, or the reason why there is none. */
export class Outcome {
  constructor(
    readonly quantity: Quantity | null,
    /** Empty when there is a quantity. */
    readonly problem: string,
    /** Whether the expression itself is at fault, and not the amounts that it was given. */
    readonly isFailure: bool,
  ) {}
}

/**
 * Computes an expression of a resourcesPolicy with one variable bound; every other name is unknown.
 *
 * The result is never negative. Numbers become quantities of thousandths.
 */
export function evaluate(expression: string, variable: string, bound: Value): Outcome {
  const evaluation = new Evaluation(expression, variable, bound);
  const value = evaluation.run();
  if (value === null) return new Outcome(null, evaluation.problem, true);
  const quantity = asQuantity(value);
  if (quantity === null) return new Outcome(null, "the result is no number or too large", false);
  // A number is judged before it is cut to thousandths: -0.0001 is negative.
  if (quantity.negative || value.number < 0) {
    const shown = quantity.negative ? ": " + canonical(quantity) : "";
    return new Outcome(null, "the result is negative" + shown, false);
  }
  return new Outcome(quantity, "", false);
}

/** What is wrong with an expression of a set, tried with its variable at 1 as the original does; empty when nothing is. */
export function problemOf(expression: string, variable: string): string {
  return evaluate(expression, variable, Value.ofNumber(1)).problem;
}

/** The variable that an expression is computed with for a Pod: `memory` when it has that word, else `cpu`. */
export function variableOf(expression: string): string {
  let at = expression.indexOf("memory");
  while (at >= 0) {
    const end = at + 6;
    if (!isWord(expression, at - 1) && !isWord(expression, end)) return "memory";
    at = expression.indexOf("memory", at + 1);
  }
  return "cpu";
}

function isWord(text: string, at: i32): bool {
  if (at < 0 || at >= text.length) return false;
  const code = text.charCodeAt(at);
  const letter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
  return letter || code == 0x5f || (code >= 0x30 && code <= 0x39);
}
