// The pure rooms of assembly/sidecarset as exports, for vectors that Node runs. Text goes in and out as UTF-8.
import { SLACK, Writer } from "@kubewarden/as-sdk/assembly/json";
import { overlapsByHeuristic } from "../../../assembly/sidecarset/conflicts/heuristic";
import { Intersection } from "../../../assembly/sidecarset/conflicts/intersection";
import { withDefaults } from "../../../assembly/sidecarset/normalise";
import { Path } from "../../../assembly/sidecarset/problems/path";
import { validateSidecarSet } from "../../../assembly/sidecarset/validation/sidecarset";
import { hashedText, hashOf, hashWithoutImageOf } from "../../../assembly/sidecarset/hash/hashes";
import { parseDecimal } from "../../../assembly/sidecarset/expression/decimal";
import { evaluate } from "../../../assembly/sidecarset/expression/evaluate";
import { Value } from "../../../assembly/sidecarset/expression/value";
import { canonical } from "../../../assembly/sidecarset/quantity/notation";
import { parseQuantity, storedQuantity } from "../../../assembly/sidecarset/quantity/parse";

const NEWLINE: u8 = 0x0a;

/** Address of a zeroed buffer of `length` bytes and the slack that scanning needs. */
export function room(length: i32): usize {
  const start = heap.alloc(<usize>length + SLACK);
  memory.fill(start, 0, <usize>length + SLACK);
  return start;
}

/** Both hashes of the spec at `start`, one a line. */
export function hashes(start: usize): u64 {
  return answer(hashOf(start) + "\n" + hashWithoutImageOf(start));
}

export function hashInput(start: usize, withImage: bool): u64 {
  return packed(hashedText(start, withImage));
}

/** For each line the stored text and the text rounded to milli, separated by a space; `-` for what is no quantity. */
export function quantities(start: usize): u64 {
  const out = new Writer(4096);
  let line = start;
  for (let at = start; load<u8>(at) != 0; at++) {
    if (load<u8>(at) != NEWLINE) continue;
    const text = String.UTF8.decodeUnsafe(line, at - line);
    out.utf8(orDash(storedQuantity(text, false)) + " " + orDash(storedQuantity(text, true)) + "\n");
    line = at + 1;
  }
  return packed(out);
}

export function heuristic(left: usize, right: usize): u64 {
  return answer(overlapsByHeuristic(left, right).toString());
}

/** Labels that both selectors select, or `-` when there are none. */
export function intersection(left: usize, right: usize): u64 {
  return answer(orDash(new Intersection().add(left).add(right).witness()));
}

/** The set with its defaults, and whether it breaks rules by itself: the problems, a line `---`, the set. */
export function judged(set: usize): u64 {
  const defaulted = withDefaults(set);
  const out = new Writer(4096);
  out.utf8(validateSidecarSet(defaulted, 0, Path.root("")).toString());
  out.ascii("\n---\n");
  out.copy(defaulted);
  return packed(out);
}

/** For each line `variable=quantity expression` the canonical result, or `! problem`. `1.0` binds a plain number. */
export function expressions(start: usize): u64 {
  const lines = textAt(start).split("\n");
  const out = new Writer(4096);
  for (let i = 0; i < lines.length - 1; i++) {
    const equals = lines[i].indexOf("=");
    const space = lines[i].indexOf(" ");
    const bound = lines[i].slice(equals + 1, space);
    const quantity = parseQuantity(bound);
    const value = bound == "1.0" || quantity === null ? Value.ofNumber(1) : Value.ofQuantity(quantity);
    const outcome = evaluate(lines[i].slice(space + 1), lines[i].slice(0, equals), value);
    const result = outcome.quantity;
    out.utf8((result === null ? "! " + outcome.problem : canonical(result)) + "\n");
  }
  return packed(out);
}

/** The bits of the double that a decimal text means. */
export function decimalBits(start: usize): u64 {
  return answer(reinterpret<u64>(parseDecimal(textAt(start))).toString());
}

/** The zero-terminated UTF-8 text at an address. */
function textAt(start: usize): string {
  let end = start;
  while (load<u8>(end) != 0) end++;
  return String.UTF8.decodeUnsafe(start, end - start);
}

function orDash(text: string | null): string {
  return text === null ? "-" : text;
}

function answer(text: string): u64 {
  const out = new Writer(text.length);
  out.utf8(text);
  return packed(out);
}

function packed(out: Writer): u64 {
  return ((<u64>out.start) << 32) | <u64>out.length;
}
