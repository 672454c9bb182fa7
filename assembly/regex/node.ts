/** What one part of a regular expression stands for. */
export enum NodeKind {
  /** Nothing: matches everywhere without a character. */
  Empty,
  /** One character out of `ranges`. */
  Class,
  /** All `children`, one behind the other. */
  Sequence,
  /** Any one of `children`. */
  Choice,
  /** `children[0]`, from `min` to `max` times (-1: without end). */
  Repeat,
  TextStart,
  TextEnd,
  LineStart,
  LineEnd,
  WordBoundary,
  NoWordBoundary,
}

/** A part of a parsed regular expression. */
export class Node {
  readonly children: Array<Node> = [];
  /** Pairs of code points, first and last. */
  ranges: Array<i32> = [];
  /** The class is what `ranges` leave out. */
  negated: bool = false;
  min: i32 = 0;
  max: i32 = 0;

  constructor(public readonly kind: NodeKind) {}
}

/** The class of one character; both cases of a letter when case is folded. */
export function literal(code: i32, fold: bool): Node {
  const node = new Node(NodeKind.Class);
  addRange(node.ranges, code, code, fold);
  return node;
}

/** Adds a range, and with `fold` the other case of the ASCII letters in it. */
export function addRange(ranges: Array<i32>, first: i32, last: i32, fold: bool): void {
  ranges.push(first);
  ranges.push(last);
  if (!fold) return;
  addShifted(ranges, max(first, 0x41), min(last, 0x5a), 0x20);
  addShifted(ranges, max(first, 0x61), min(last, 0x7a), -0x20);
}

function addShifted(ranges: Array<i32>, first: i32, last: i32, by: i32): void {
  if (first > last) return;
  ranges.push(first + by);
  ranges.push(last + by);
}

/** Appends what the ranges leave out of all code points. */
export function addComplement(into: Array<i32>, ranges: Array<i32>): void {
  let next = 0;
  for (;;) {
    // The lowest range that reaches beyond what is covered; the lists are a handful of ranges long.
    let first = 0x110000;
    let last = 0x110000;
    for (let i = 0; i < ranges.length; i += 2) {
      if (ranges[i + 1] >= next && ranges[i] < first) {
        first = ranges[i];
        last = ranges[i + 1];
      }
    }
    if (first > next) {
      into.push(next);
      into.push(min(first - 1, 0x10ffff));
    }
    if (first == 0x110000) return;
    next = last + 1;
  }
}
