import * as fc from "fast-check";
import { ExposedRooms } from "../../sidecarset/exposed-rooms.ts";
import { type Area, type Outcome, same } from "../area.ts";
import { excusedExpression } from "../deviations.ts";
import { expression } from "../generate/expression.ts";
import { oneOf } from "../generate/values.ts";
import type { Original, Release } from "../original.ts";

export interface ExpressionCase {
  readonly expression: string;
  readonly variable: string;
  /** The quantity that the variable stands for, or the number 1 where it is `1.0`. */
  readonly bound: string;
}

export interface ExpressionAnswer {
  readonly result?: string;
  readonly problem?: string;
}

let rooms: ExposedRooms | undefined;

function inputs(_release: Release): fc.Arbitrary<ExpressionCase> {
  const cpu = oneOf(
    "1.0",
    "100m",
    "200m",
    "1",
    "0",
    "1500m",
    "2",
    "0.25",
    "1e3",
    "1u",
    "10",
    "3n",
    "7",
    "123456789m",
  );
  const memory = oneOf(
    "1.0",
    "512Mi",
    "1Gi",
    "1G",
    "100Mi",
    "1000",
    "0",
    "1.5Gi",
    "1e9",
    "1Ti",
    "333m",
    "8Ei",
    "123456789",
    "1e18",
  );
  return fc.oneof(
    fc.record({ expression: expression("cpu"), variable: fc.constant("cpu"), bound: cpu }),
    fc.record({ expression: expression("memory"), variable: fc.constant("memory"), bound: memory }),
  );
}

async function ask(original: Original, input: ExpressionCase): Promise<ExpressionAnswer> {
  const answer = await original.ask("expression", input);
  if ("panic" in answer) return { problem: `panic: ${answer.panic}` };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the program is ours
  return answer.output as ExpressionAnswer;
}

async function judge(input: ExpressionCase, theirs: ExpressionAnswer): Promise<Outcome> {
  rooms ??= await ExposedRooms.build();
  const ours = rooms
    .call("expressions", `${input.variable}=${input.bound} ${input.expression}\n`)
    .slice(0, -1);
  if (ours === theirs.result || (ours.startsWith("! ") && theirs.result === undefined)) return same;
  return (
    excusedExpression(input.expression, ours, theirs.result) ?? {
      kind: "different",
      how: `ours ${ours}, the original's ${theirs.result ?? theirs.problem}`,
    }
  );
}

export const expressions: Area<ExpressionCase, ExpressionAnswer> = {
  name: "expression",
  needs: "resourcesPolicy",
  inputs,
  ask,
  judge,
};
