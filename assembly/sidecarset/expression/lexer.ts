import { Ascii, asciiEquals } from "@kubewarden/as-sdk/assembly/json";
import { parseDecimal } from "./decimal";

export enum Token {
  End,
  /** A literal with one of the suffixes of quantities. */
  Quantity,
  Number,
  Name,
  Plus,
  Minus,
  Times,
  Divide,
  Open,
  Close,
  Comma,
  /** A character that no expression has. */
  Illegal,
}

const QUANTITY_SUFFIXES: StaticArray<Ascii> = ["m", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi"];

/** Cuts an expression into tokens, with the original's ideas of what belongs to a number. */
export class Lexer {
  token: Token = Token.End;
  /** The token as it is written. */
  text: string = "";
  private at: i32 = 0;

  constructor(private readonly source: string) {}

  /** Moves to the next token. */
  advance(): void {
    while (this.at < this.source.length && isSpace(this.code)) this.at++;
    const start = this.at;
    if (start >= this.source.length) this.token = Token.End;
    else if (isDigit(this.code) || this.code == 0x2e) this.token = this.number();
    else if (isLetter(this.code)) {
      while (isLetter(this.code) || isDigit(this.code) || this.code == 0x5f) this.at++;
      this.token = Token.Name;
    } else this.token = symbol(this.source.charCodeAt(this.at++));
    this.text = this.source.slice(start, this.at);
  }

  /** The value of a number; one that cannot be read is 0, as in the original. */
  get float(): f64 {
    const value = this.value;
    return isNaN(value) ? 0 : value;
  }

  /** False for a number such as `10x`, which silently counts as 0. */
  get isReadable(): bool {
    return !isNaN(this.value);
  }

  private get value(): f64 {
    const text = this.text;
    return text.endsWith("%") ? parseDecimal(text.slice(0, text.length - 1)) / 100 : parseDecimal(text);
  }

  /** The character to come; -1 at the end. */
  private get code(): i32 {
    return this.at < this.source.length ? this.source.charCodeAt(this.at) : -1;
  }

  /**
   * Takes digits, one point, one exponent, one percent sign, and any letters behind: `10x` is one number, without a
   * readable value. As in the original a sign may stand anywhere behind an exponent that has no digit yet, also behind
   * the percent sign, and an exponent that comes too late ends the number: letters are not taken then.
   */
  private number(): Token {
    const start = this.at;
    let hasPoint = false;
    let hasExponent = false;
    let hasPercent = false;
    let lacksDigit = false;
    for (; ; this.at++) {
      const code = this.code;
      if (isDigit(code)) lacksDigit = false;
      else if (code == 0x2e && !hasPoint && !hasExponent && !hasPercent) hasPoint = true;
      else if (isExponent(code) && !hasExponent && !hasPercent) {
        hasExponent = true;
        lacksDigit = true;
      } else if ((code == 0x2b || code == 0x2d) && lacksDigit) lacksDigit = false;
      else if (code == 0x25 && !hasPercent) hasPercent = true;
      else break;
    }
    if (!lacksDigit && !isExponent(this.code)) while (isLetter(this.code)) this.at++;
    return isQuantity(this.source.slice(start, this.at)) ? Token.Quantity : Token.Number;
  }
}

function isQuantity(text: string): bool {
  let at = 0;
  while (at < text.length && "0123456789.eE+-".includes(text.charAt(at))) at++;
  const suffix = text.slice(at);
  for (let i = 0; i < QUANTITY_SUFFIXES.length; i++)
    if (asciiEquals(QUANTITY_SUFFIXES[i], suffix)) return true;
  return false;
}

function symbol(code: i32): Token {
  switch (code) {
    case 0x2b:
      return Token.Plus;
    case 0x2d:
      return Token.Minus;
    case 0x2a:
      return Token.Times;
    case 0x2f:
      return Token.Divide;
    case 0x28:
      return Token.Open;
    case 0x29:
      return Token.Close;
    case 0x2c:
      return Token.Comma;
    default:
      return Token.Illegal;
  }
}

function isSpace(code: i32): bool {
  return code == 0x20 || (code >= 0x09 && code <= 0x0d);
}

function isDigit(code: i32): bool {
  return code >= 0x30 && code <= 0x39;
}

function isExponent(code: i32): bool {
  return (code | 0x20) == 0x65;
}

function isLetter(code: i32): bool {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
