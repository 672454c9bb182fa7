/** The place in an expression up to which it has been read, and the first thing found wrong with it. */
export class Cursor {
  /** Empty while nothing is wrong. */
  error: string = "";
  at: i32 = 0;

  constructor(public readonly text: string) {}

  get isAtEnd(): bool {
    return this.at >= this.text.length;
  }

  /** The character that comes next, empty at the end. */
  get next(): string {
    return this.text.charAt(this.at);
  }

  /** Steps over `expected` where it comes next. */
  takes(expected: string): bool {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  /** Reads one code point. Must not be at the end. */
  character(): i32 {
    const code = this.text.codePointAt(this.at);
    this.at += code > 0xffff ? 2 : 1;
    return code;
  }

  /** Notes the problem, unless there was one before, and ends the reading. Answers 0 for callers in need of a value. */
  fail(problem: string): i32 {
    if (this.error.length == 0) this.error = problem;
    this.at = this.text.length;
    return 0;
  }
}
