import { Path } from "./path";

/** More than this many problems of one object are counted and not told: the answer has to stay readable. */
const TOLD = 100;

/** What is wrong with an object, one line each: `path: what is expected, what was found`. */
export class Problems {
  readonly lines: Array<string> = [];
  private untold: i32 = 0;

  get isEmpty(): bool {
    return this.lines.length == 0;
  }

  /** How many there are, those that are not told included. */
  get count(): i32 {
    return this.lines.length + this.untold;
  }

  add(path: Path, problem: string): void {
    this.line(path.toString() + ": " + problem);
  }

  /** Adds those of another list. */
  take(others: Problems): void {
    for (let i = 0; i < others.lines.length; i++) this.line(others.lines[i]);
    this.untold += others.untold;
  }

  /** A whole line, path and all. */
  line(line: string): void {
    if (this.lines.length < TOLD) this.lines.push(line);
    else this.untold++;
  }

  /** All lines as one text. */
  toString(): string {
    const text = this.lines.join("\n");
    return this.untold == 0 ? text : text + "\nand " + this.untold.toString() + " more problems";
  }
}
