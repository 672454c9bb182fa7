import { quoted } from "../problems/shown";
import { parseQuantity } from "../quantity/parse";
import { lowered } from "../../document/letter-case";
import { Lexer, Token } from "./lexer";
import { chosen, negated, scaled, sum, Value } from "./value";

/** Parentheses and signs may nest this deep; an expression has no use for more, and the stack is small. */
const DEPTH_LIMIT = 64;

/** One run of an expression, computed while it is read. A step answers null when it fails; the first reason is kept. */
export class Evaluation {
  problem: string = "";
  private readonly lexer: Lexer;
  private depth: i32 = 0;

  constructor(
    expression: string,
    private readonly variable: string,
    private readonly bound: Value,
  ) {
    this.lexer = new Lexer(expression);
  }

  run(): Value | null {
    this.lexer.advance();
    const value = this.expression();
    if (value !== null && this.lexer.token != Token.End) return this.unexpected();
    return value;
  }

  private expression(): Value | null {
    let left = this.term();
    while (left !== null && (this.lexer.token == Token.Plus || this.lexer.token == Token.Minus)) {
      const subtracts = this.lexer.token == Token.Minus;
      this.lexer.advance();
      const right = this.term();
      if (right === null) return null;
      left = this.finite(sum(left, right, subtracts));
    }
    return left;
  }

  private term(): Value | null {
    let left = this.factor();
    while (left !== null && (this.lexer.token == Token.Times || this.lexer.token == Token.Divide)) {
      const divides = this.lexer.token == Token.Divide;
      this.lexer.advance();
      const right = this.factor();
      if (right === null) return null;
      left = divides ? this.quotient(left, right) : this.product(left, right);
    }
    return left;
  }

  private factor(): Value | null {
    if (this.depth == DEPTH_LIMIT) return this.fail("nested too deep");
    this.depth++;
    const value = this.operand();
    this.depth--;
    return value;
  }

  private operand(): Value | null {
    const lexer = this.lexer;
    const text = lexer.text;
    switch (lexer.token) {
      case Token.Number: {
        const number = lexer.float;
        lexer.advance();
        return Value.ofNumber(number);
      }
      case Token.Quantity: {
        const quantity = parseQuantity(text);
        lexer.advance();
        return quantity === null ? this.fail(quoted(text) + " is no quantity") : Value.ofQuantity(quantity);
      }
      case Token.Name:
        lexer.advance();
        return lexer.token == Token.Open ? this.call(text) : this.named(text);
      case Token.Minus: {
        lexer.advance();
        const value = this.factor();
        return value === null ? null : negated(value);
      }
      case Token.Open: {
        lexer.advance();
        const value = this.expression();
        return value !== null && this.closes() ? value : null;
      }
      default:
        return this.unexpected();
    }
  }

  private named(name: string): Value | null {
    if (lowered(name) == this.variable) return this.bound;
    return this.fail("unknown variable " + quoted(name) + ", expected " + this.variable);
  }

  private call(name: string): Value | null {
    this.lexer.advance();
    const left = this.expression();
    if (left === null) return null;
    if (this.lexer.token != Token.Comma) return this.unexpected();
    this.lexer.advance();
    const right = this.expression();
    if (right === null || !this.closes()) return null;
    const called = lowered(name);
    if (called != "max" && called != "min") {
      return this.fail("unknown function " + quoted(name) + ", expected max or min");
    }
    return this.finite(chosen(left, right, called == "max"));
  }

  private product(left: Value, right: Value): Value | null {
    const a = left.quantity;
    const b = right.quantity;
    if (a !== null && b !== null) return this.fail("two quantities cannot be multiplied");
    if (a !== null) return this.finite(scaled(a, right.number, false));
    if (b !== null) return this.finite(scaled(b, left.number, false));
    return Value.ofNumber(left.number * right.number);
  }

  private quotient(left: Value, right: Value): Value | null {
    if (right.quantity !== null) return this.fail("nothing can be divided by a quantity");
    if (right.number == 0) return this.fail("division by zero");
    const quantity = left.quantity;
    if (quantity !== null) return this.finite(scaled(quantity, right.number, true));
    return Value.ofNumber(left.number / right.number);
  }

  private closes(): bool {
    if (this.lexer.token != Token.Close) {
      this.unexpected();
      return false;
    }
    this.lexer.advance();
    return true;
  }

  private finite(value: Value | null): Value | null {
    return value === null ? this.fail("a number is too large") : value;
  }

  private unexpected(): Value | null {
    if (this.lexer.token == Token.End) return this.fail("it ends too early");
    return this.fail("unexpected " + quoted(this.lexer.text));
  }

  private fail(reason: string): Value | null {
    if (this.problem.length == 0) this.problem = reason;
    return null;
  }
}
