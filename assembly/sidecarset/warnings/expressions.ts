import { Ascii, isBlank } from "@kubewarden/as-sdk/assembly/json";
import { evaluate, variableOf } from "../expression/evaluate";
import { Lexer, Token } from "../expression/lexer";
import { Value } from "../expression/value";
import { Place } from "../problems/place";
import { quoted } from "../problems/shown";
import { parseQuantity } from "../quantity/parse";

const SIDES: StaticArray<Ascii> = ["limits", "requests"];
const RESOURCES: StaticArray<Ascii> = ["cpu", "memory"];
/** So much that hardly any expression goes below zero with it: that depends on the Pod and is not told. */
const PLENTY: Ascii = "1Pi";

/** Expressions that validation lets pass, because it tries them with a plain number, and that no Pod gets along with. */
export function warnOfExpressions(containers: Place): void {
  const places = containers.elements();
  while (places.next()) {
    const expressions = places.place.to("resourcesPolicy").to("resourcesExpr");
    for (let side = 0; side < SIDES.length; side++) {
      for (let i = 0; i < RESOURCES.length; i++)
        warnOfExpression(expressions.to(SIDES[side]).to(RESOURCES[i]));
    }
  }
}

function warnOfExpression(place: Place): void {
  if (isBlank(place.value)) return;
  const text = place.text;
  const plenty = parseQuantity(PLENTY.toString());
  if (plenty === null) return;
  const outcome = evaluate(text, variableOf(text), Value.ofQuantity(plenty));
  if (outcome.isFailure) warn(place, "fails for every Pod: " + outcome.problem);
  const lexer = new Lexer(text);
  for (lexer.advance(); lexer.token != Token.End; lexer.advance()) {
    if (lexer.token == Token.Number && !lexer.isReadable) {
      warn(place, quoted(lexer.text) + " is no number and counts as 0");
    }
  }
}

function warn(place: Place, text: string): void {
  place.problems.add(place.path, text);
}
