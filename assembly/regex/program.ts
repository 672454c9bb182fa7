import { Node, NodeKind } from "./node";
import { Parser } from "./parser";

/** An expression that takes more work than this to translate is refused: counted parts may nest, even empty ones. */
const WORK_LIMIT = 20_000;

/** What a step of a program does. */
export enum Step {
  /** Consumes a character out of a class. */
  Character,
  /** Goes on at `x` and at `y`. */
  Split,
  /** Goes on at `x`. */
  Jump,
  /** Goes on behind itself where the condition of kind `x` holds. */
  Condition,
  Match,
}

/** A regular expression as steps for a machine that is in many of them at once. */
export class Program {
  /** What is wrong with the expression; empty when it can be used. */
  error: string = "";
  readonly steps: Array<Step> = [];
  readonly x: Array<i32> = [];
  readonly y: Array<i32> = [];
  /** The class of a `Character` step. */
  readonly classes: Array<Node> = [];
  /** Parts translated so far. */
  work: i32 = 0;

  add(step: Step, x: i32 = 0, y: i32 = 0): i32 {
    this.steps.push(step);
    this.x.push(x);
    this.y.push(y);
    return this.steps.length - 1;
  }
}

/** Translates an expression in the syntax of RE2. Check `error` before use. Linear in the expression and its counts. */
export function compile(expression: string): Program {
  const program = new Program();
  const parser = new Parser(expression);
  const root = parser.parse();
  program.error = parser.error;
  if (program.error.length == 0) emit(root, program);
  program.add(Step.Match);
  return program;
}

function emit(node: Node, program: Program): void {
  if (++program.work > WORK_LIMIT) program.error = "expression too large";
  if (program.error.length > 0) return;
  switch (node.kind) {
    case NodeKind.Empty:
      return;
    case NodeKind.Class:
      program.classes.push(node);
      program.add(Step.Character, program.classes.length - 1);
      return;
    case NodeKind.Sequence:
      for (let i = 0; i < node.children.length; i++) emit(node.children[i], program);
      return;
    case NodeKind.Choice:
      return emitChoice(node, program);
    case NodeKind.Repeat:
      return emitRepeat(node, program);
    default:
      program.add(Step.Condition, node.kind);
  }
}

function emitChoice(node: Node, program: Program): void {
  const exits: Array<i32> = [];
  const last = node.children.length - 1;
  for (let i = 0; i < last; i++) {
    const split = program.add(Step.Split);
    program.x[split] = program.steps.length;
    emit(node.children[i], program);
    exits.push(program.add(Step.Jump));
    program.y[split] = program.steps.length;
  }
  emit(node.children[last], program);
  for (let i = 0; i < exits.length; i++) program.x[exits[i]] = program.steps.length;
}

function emitRepeat(node: Node, program: Program): void {
  const child = node.children[0];
  for (let i = 0; i < node.min && program.error.length == 0; i++) emit(child, program);
  if (node.max < 0) {
    const split = program.add(Step.Split);
    program.x[split] = program.steps.length;
    emit(child, program);
    program.add(Step.Jump, split);
    program.y[split] = program.steps.length;
    return;
  }
  const splits: Array<i32> = [];
  for (let i = node.min; i < node.max && program.error.length == 0; i++) {
    const split = program.add(Step.Split);
    program.x[split] = program.steps.length;
    splits.push(split);
    emit(child, program);
  }
  for (let i = 0; i < splits.length; i++) program.y[splits[i]] = program.steps.length;
}
