import { Node, NodeKind } from "./node";
import { Program, Step } from "./program";

/** Behind the last character, and before the first. */
const NONE = -1;

/** The steps that the machine is in, each once. */
class Threads {
  readonly list: Array<i32> = [];
  private readonly seen: StaticArray<bool>;

  constructor(size: i32) {
    this.seen = new StaticArray<bool>(size);
  }

  add(step: i32): bool {
    if (this.seen[step]) return false;
    this.seen[step] = true;
    this.list.push(step);
    return true;
  }

  clear(): void {
    for (let i = 0; i < this.list.length; i++) this.seen[this.list[i]] = false;
    this.list.length = 0;
  }
}

/**
 * Whether an expression matches anywhere in a text. Time is bounded by the size of the expression times that of the
 * text, whatever the expression: the machine is in all its states at once and never goes back.
 */
export function matches(program: Program, text: string): bool {
  let now = new Threads(program.steps.length);
  let next = new Threads(program.steps.length);
  let before = NONE;
  for (let at = 0; ; ) {
    const code = at < text.length ? text.codePointAt(at) : NONE;
    now.add(0);
    if (follow(program, now, before, code)) return true;
    if (code == NONE) return false;
    for (let i = 0; i < now.list.length; i++) {
      const step = now.list[i];
      if (program.steps[step] == Step.Character && contains(program.classes[program.x[step]], code)) {
        next.add(step + 1);
      }
    }
    const done = now;
    now = next;
    next = done;
    next.clear();
    before = code;
    at += code > 0xffff ? 2 : 1;
  }
  return false;
}

/** Adds all steps that can be reached without a character. True when the match is among them. */
function follow(program: Program, threads: Threads, before: i32, after: i32): bool {
  for (let i = 0; i < threads.list.length; i++) {
    const step = threads.list[i];
    switch (program.steps[step]) {
      case Step.Match:
        return true;
      case Step.Jump:
        threads.add(program.x[step]);
        break;
      case Step.Split:
        threads.add(program.x[step]);
        threads.add(program.y[step]);
        break;
      case Step.Condition:
        if (holds(<NodeKind>program.x[step], before, after)) threads.add(step + 1);
        break;
      default:
        break;
    }
  }
  return false;
}

function holds(condition: NodeKind, before: i32, after: i32): bool {
  switch (condition) {
    case NodeKind.TextStart:
      return before == NONE;
    case NodeKind.TextEnd:
      return after == NONE;
    case NodeKind.LineStart:
      return before == NONE || before == 0x0a;
    case NodeKind.LineEnd:
      return after == NONE || after == 0x0a;
    case NodeKind.WordBoundary:
      return isWord(before) != isWord(after);
    default:
      return isWord(before) == isWord(after);
  }
}

function isWord(code: i32): bool {
  const letter = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || code == 0x5f || (code > 0 && letter >= 0x61 && letter <= 0x7a);
}

function contains(node: Node, code: i32): bool {
  const ranges = node.ranges;
  for (let i = 0; i < ranges.length; i += 2) {
    if (code >= ranges[i] && code <= ranges[i + 1]) return !node.negated;
  }
  return node.negated;
}
