import { bracketed } from "./brackets";
import { Cursor } from "./cursor";
import { escapedCharacter, escapedClass } from "./escapes";
import { Node, NodeKind, addRange, literal } from "./node";

/** Groups may nest this deep. */
const DEPTH_LIMIT = 200;
/** A counted repetition may ask for this many. */
const REPEAT_LIMIT = 1000;

/**
 * Parses the syntax of RE2 (which Go's regexp has, too). What only matters for where a match lies, such as laziness and
 * group names, is read and forgotten.
 */
export class Parser extends Cursor {
  private fold: bool = false;
  private dotAll: bool = false;
  private multiLine: bool = false;

  /** The whole expression. Only meaningful while `error` is empty. */
  parse(): Node {
    const node = this.choice(0);
    if (this.error.length == 0 && this.at < this.text.length) this.fail("unexpected )");
    return node;
  }

  private choice(depth: i32): Node {
    if (depth > DEPTH_LIMIT) return this.failed("nests too deeply");
    const choice = new Node(NodeKind.Choice);
    choice.children.push(this.sequence(depth));
    while (this.error.length == 0 && this.takes("|")) choice.children.push(this.sequence(depth));
    return choice.children.length == 1 ? choice.children[0] : choice;
  }

  private sequence(depth: i32): Node {
    const sequence = new Node(NodeKind.Sequence);
    while (this.error.length == 0 && this.at < this.text.length) {
      if (this.sees("|") || this.sees(")")) break;
      if (this.takes("\\Q")) this.quoted(sequence);
      else if (this.sees("*") || this.sees("+") || this.sees("?"))
        this.fail("missing argument to repetition operator: " + this.text.charAt(this.at));
      else sequence.children.push(this.repeated(this.atom(depth)));
    }
    return sequence;
  }

  /** Everything up to \E, letter by letter; a repetition behind it is for the last letter. */
  private quoted(sequence: Node): void {
    const end = this.text.indexOf("\\E", this.at);
    const stop = end < 0 ? this.text.length : end;
    while (this.at < stop) {
      const node = literal(this.character(), this.fold);
      if (this.at == stop) {
        this.at = end < 0 ? stop : stop + 2;
        sequence.children.push(this.repeated(node));
        return;
      }
      sequence.children.push(node);
    }
    this.at = end < 0 ? stop : stop + 2;
  }

  private repeated(atom: Node): Node {
    const repeat = new Node(NodeKind.Repeat);
    if (this.error.length > 0 || !this.repetition(repeat)) return atom;
    this.takes("?");
    if (this.repetition(new Node(NodeKind.Repeat))) this.fail("invalid nested repetition operator");
    repeat.children.push(atom);
    return repeat;
  }

  private repetition(into: Node): bool {
    into.max = -1;
    if (this.takes("*")) return true;
    if (this.takes("+")) {
      into.min = 1;
      return true;
    }
    if (this.takes("?")) {
      into.max = 1;
      return true;
    }
    return this.sees("{") && this.counted(into);
  }

  /** `{n}`, `{n,}` or `{n,m}`; anything else behind a brace is literal text. */
  private counted(into: Node): bool {
    const start = this.at++;
    into.min = this.count();
    into.max = into.min;
    if (this.takes(",")) into.max = this.sees("}") ? -1 : this.count();
    if (into.min < 0 || (into.max < 0 && this.text.charAt(this.at - 1) != ",") || !this.takes("}")) {
      this.at = start;
      return false;
    }
    const reversed = into.max >= 0 && into.min > into.max;
    if (reversed || into.min > REPEAT_LIMIT || into.max > REPEAT_LIMIT) this.fail("invalid repeat count");
    return true;
  }

  /** A decimal number, -1 when there is none. */
  private count(): i32 {
    const start = this.at;
    let value = 0;
    while (this.at < this.text.length) {
      const digit = this.text.charCodeAt(this.at) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = min(value * 10 + digit, REPEAT_LIMIT + 1);
      this.at++;
    }
    return this.at == start ? -1 : value;
  }

  private atom(depth: i32): Node {
    if (this.takes("(")) return this.group(depth);
    if (this.takes("[")) return bracketed(this, this.fold);
    if (this.takes("^")) return new Node(this.multiLine ? NodeKind.LineStart : NodeKind.TextStart);
    if (this.takes("$")) return new Node(this.multiLine ? NodeKind.LineEnd : NodeKind.TextEnd);
    if (this.takes(".")) return this.dot();
    if (this.takes("\\")) return this.escaped();
    return literal(this.character(), this.fold);
  }

  private dot(): Node {
    const node = new Node(NodeKind.Class);
    node.negated = true;
    if (!this.dotAll) addRange(node.ranges, 0x0a, 0x0a, false);
    return node;
  }

  private group(depth: i32): Node {
    const fold = this.fold;
    const dotAll = this.dotAll;
    const multiLine = this.multiLine;
    if (this.takes("?P<") || this.takes("?<")) {
      const end = this.text.indexOf(">", this.at);
      if (end <= this.at) return this.failed("invalid group name");
      this.at = end + 1;
    } else if (this.takes("?") && !this.flags()) return new Node(NodeKind.Empty);
    const node = this.choice(depth + 1);
    if (this.error.length == 0 && !this.takes(")")) this.fail("missing )");
    this.fold = fold;
    this.dotAll = dotAll;
    this.multiLine = multiLine;
    return node;
  }

  /** Flags behind `(?`. True when a group follows; without one they hold from here on, to the end of the outer group. */
  private flags(): bool {
    let on = true;
    while (this.at < this.text.length) {
      if (this.takes("i")) this.fold = on;
      else if (this.takes("s")) this.dotAll = on;
      else if (this.takes("m")) this.multiLine = on;
      else if (on && this.takes("-")) on = false;
      else if (this.takes(":")) return true;
      else if (this.takes(")")) return false;
      else if (!this.takes("U")) break;
    }
    this.fail("invalid or unsupported group syntax");
    return false;
  }

  private escaped(): Node {
    if (this.takes("A")) return new Node(NodeKind.TextStart);
    if (this.takes("z")) return new Node(NodeKind.TextEnd);
    if (this.takes("b")) return new Node(NodeKind.WordBoundary);
    if (this.takes("B")) return new Node(NodeKind.NoWordBoundary);
    const node = new Node(NodeKind.Class);
    if (escapedClass(this, node.ranges)) return node;
    return this.error.length > 0 ? node : literal(escapedCharacter(this), this.fold);
  }

  private failed(problem: string): Node {
    this.fail(problem);
    return new Node(NodeKind.Empty);
  }
}
