import * as fc from "fast-check";
import { oneOf } from "./values.ts";

const literal = oneOf(
  "0",
  "1",
  "2",
  "3",
  "0.5",
  "1.5",
  ".5",
  "1.",
  "100",
  "1000",
  "50%",
  "29%",
  "58%",
  "100%",
  "33.3%",
  "0.1",
  "0.333",
  "1e3",
  "1e-3",
  "1E+2",
  "50m",
  "100m",
  "200Mi",
  "1Gi",
  "1G",
  "1.5Gi",
  "0.5m",
  "2k",
  "1Ki",
  "3T",
  "1P",
  "0.0001",
  "007",
  "1e3m",
  "9007199254740993",
);
const oddLiteral = oneOf(
  "10x",
  "1e",
  "50%m",
  "100u",
  "10E",
  "10ki",
  "1cpu",
  "10Ei",
  "50%%",
  "5..5",
  "..",
  "1e400",
  "1e-400",
  "1e+",
  "1.2.3",
  "%",
  "1e5%",
  "1_0",
  "0x10",
  "1e3Mi",
  "1.Mi",
  ".Mi",
  "-.5",
  "1n",
  "1e-9",
  "12345678901234567890",
  "1e18m",
  "1e30",
  "1e22k",
);
const names = oneOf("cpu", "memory", "CPU", "Memory", "max", "min", "foo", "cpu_1", "e", "E3");

const { whole } = fc.letrec<{
  whole: string;
  atom: string;
  pair: string;
  call: string;
  negative: string;
  group: string;
}>((tie) => ({
  atom: fc.oneof(
    { weight: 6, arbitrary: literal },
    { weight: 5, arbitrary: fc.constant("VAR") },
    { weight: 1, arbitrary: oddLiteral },
    { weight: 1, arbitrary: names },
  ),
  pair: fc
    .tuple(tie("whole"), oneOf("+", "-", "*", "/", " + ", " * ", "\t-\r"), tie("whole"))
    .map((parts) => parts.join("")),
  call: fc
    .tuple(oneOf("max", "min", "MAX", "Min", "sum"), tie("whole"), tie("whole"))
    .map(([name, left, right]) => `${name}(${left}, ${right})`),
  negative: tie("whole").map((inner) => `-${inner}`),
  group: tie("whole").map((inner) => `(${inner})`),
  whole: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 4, arbitrary: tie("atom") },
    { weight: 3, arbitrary: tie("pair") },
    { weight: 2, arbitrary: tie("call") },
    { weight: 1, arbitrary: tie("negative") },
    { weight: 1, arbitrary: tie("group") },
  ),
}));

const junk = fc
  .array(
    oneOf(
      "cpu",
      "memory",
      "max",
      "(",
      ")",
      ",",
      "+",
      "-",
      "*",
      "/",
      "1",
      "50%",
      "5m",
      " ",
      ".",
      "%",
      "e",
      "é",
      "\u0085",
      "_",
      "Mi",
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

/** An expression over one variable: mostly well-formed, now and then a heap of tokens. */
export function expression(variable: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 12, arbitrary: whole.map((found) => found.replaceAll("VAR", variable)) },
    { weight: 1, arbitrary: junk },
  );
}

/** Expressions that seldom fail, for whole sets. */
export function plainExpression(variable: string): fc.Arbitrary<string> {
  const number = oneOf("1", "2", "0.5", "50%", "25%", "1.5", "0.333", "3");
  const amount = variable === "cpu" ? oneOf("50m", "100m", "1", "0.25") : oneOf("100Mi", "1G", "64Ki", "1Gi");
  return fc.oneof(
    number.map((factor) => `${variable}*${factor}`),
    number.map((divisor) => `${variable}/${divisor}`),
    fc.tuple(number, amount).map(([factor, floor]) => `max(${variable}*${factor}, ${floor})`),
    fc.tuple(number, amount).map(([factor, ceiling]) => `min(${variable}*${factor}, ${ceiling})`),
    amount,
    amount.map((more) => `${variable} + ${more}`),
    amount.map((less) => `${variable} - ${less}`),
  );
}
