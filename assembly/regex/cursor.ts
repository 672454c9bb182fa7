import { Ascii, asciiAt, asciiLength } from "@kubewarden/as-sdk/assembly/json";

/** The place in an expression up to which it has been read, and the first thing found wrong with it. */
export class Cursor {
  /** Empty while nothing is wrong. */
  error: string = "";
  at: i32 = 0;

  constructor(public readonly text: string) {}

  get isAtEnd(): bool {
    return this.at >= this.text.length;
  }

  /** Whether `expected` comes next. */
  sees(expected: Ascii): bool {
    const length = <i32>asciiLength(expected);
    if (this.text.length - this.at < length) return false;
    for (let i = 0; i < length; i++) {
      if (this.text.charCodeAt(this.at + i) != asciiAt(expected, i)) return false;
    }
    return true;
  }

  /** Steps over `expected` where it comes next. */
  takes(expected: Ascii): bool {
    if (!this.sees(expected)) return false;
    this.at += <i32>asciiLength(expected);
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
