/**
 * Makes string literals small: a transform for the AssemblyScript compiler, named in asconfig.json as
 * `"transform": ["@kubewarden/as-sdk/transform/ascii.js"]`.
 *
 * A string costs 20 bytes of header, two bytes a character and a data segment of its own. With this transform literals
 * are stored as bytes that end with a zero, in one segment, each text and each ending of a text once. A literal where
 * an `Ascii` is expected is the address of its bytes; where a string is expected, the string is made on the spot
 * (`Ascii#toString`). So sources keep plain literals, and the type of a parameter decides.
 *
 * Literals that are empty or not ASCII, that initialise globals, or that belong to other libraries stay strings.
 *
 * The compiler has no hook for expressions, so methods of it are wrapped, which is why its version is pinned.
 */
import { Compiler } from "assemblyscript";
import { Transform } from "assemblyscript/transform";

const SDK = "~lib/@kubewarden/as-sdk/";
const ASCII_CLASS = "json/ascii/Ascii";
/** Room for all literals of a module: when they need more the compilation fails. What is left over costs no bytes. */
const ROOM = 24 * 1024;
const STRING_LITERAL = 2;
const TEMPLATE_LITERAL = 3;
/** The code of a diagnostic whose text can be chosen. */
const NOT_IMPLEMENTED = 100;

const original = methods("compileFunction", "compileGlobal", "compileLiteralExpression");
const literalsOf = new WeakMap();

function methods(...names) {
  return Object.fromEntries(names.map((name) => [name, Compiler.prototype[name]]));
}

/** The literals of one module, at the addresses from `segment.offset` on. */
class Literals {
  constructor(compiler, ascii) {
    this.type = compiler.resolver.resolveClass(ascii, null).type;
    this.room = Buffer.alloc(ROOM);
    this.used = 0;
    this.segment = compiler.addAlignedMemorySegment(this.room, 1);
    this.inGlobal = false;
  }

  /** Address of the text's bytes. */
  address(text) {
    const bytes = Buffer.from(`${text}\0`, "latin1");
    const known = this.room.subarray(0, this.used).indexOf(bytes);
    return this.segment.offset.low + (known < 0 ? this.add(bytes) : known);
  }

  add(bytes) {
    const offset = this.used;
    this.used += bytes.length;
    if (this.used > ROOM) throw new Error(`string literals need more than ${ROOM} bytes`);
    bytes.copy(this.room, offset);
    this.segment.buffer = this.room.subarray(0, this.used);
    return offset;
  }
}

/** The literals of the module that the compiler makes; undefined when it has no `Ascii`. */
function literals(compiler) {
  if (!literalsOf.has(compiler)) {
    const ascii = [...compiler.program.elementsByName].find(([name]) => name.endsWith(ASCII_CLASS));
    literalsOf.set(compiler, ascii && new Literals(compiler, ascii[1]));
  }
  return literalsOf.get(compiler);
}

function isOurs({ internalPath }) {
  if (internalPath.startsWith("~lib/")) return internalPath.startsWith(SDK);
  return !internalPath.startsWith("node_modules/");
}

function isAscii(text) {
  return [...text].every((character) => character > "\0" && character < "\x80");
}

/** The address of a literal's bytes. */
function constant(compiler, literal) {
  const { value, range } = literal;
  if (!isAscii(value)) compiler.error(NOT_IMPLEMENTED, range, "Ascii of other characters");
  const known = literals(compiler);
  compiler.currentType = known.type;
  return compiler.module.usize(known.address(value));
}

/** A string that is made when the expression is evaluated. */
function string(compiler, text, node) {
  if (text === "" || !isAscii(text)) return compiler.ensureStaticString(text);
  const known = literals(compiler);
  const made = compiler.makeToString(compiler.module.usize(known.address(text)), known.type, node);
  compiler.currentType = compiler.program.stringInstance.type;
  return made;
}

/** A template literal, as one concatenation behind another. */
function concatenation(compiler, template) {
  const { stringInstance } = compiler.program;
  const concat = stringInstance.getMethod("concat");
  const texts = [];
  template.parts.forEach((part, index) => {
    if (index > 0) {
      const node = template.expressions[index - 1];
      const value = compiler.compileExpression(node, stringInstance.type);
      texts.push(compiler.makeToString(value, compiler.currentType, node));
    }
    if (part !== "") texts.push(string(compiler, part, template));
  });
  const joined = texts.reduce((left, right) => compiler.makeCallDirect(concat, [left, right], template));
  compiler.currentType = stringInstance.type;
  return joined;
}

Compiler.prototype.compileLiteralExpression = function (expression, contextualType, ...rest) {
  const known = literals(this);
  const { literalKind } = expression;
  if (known && isOurs(expression.range.source)) {
    if (literalKind === STRING_LITERAL) {
      if (contextualType === known.type) return constant(this, expression);
      if (!known.inGlobal) return string(this, expression.value, expression);
    }
    const isTemplate = literalKind === TEMPLATE_LITERAL && !expression.tag && expression.parts.length > 1;
    if (isTemplate && !known.inGlobal) return concatenation(this, expression);
  }
  return original.compileLiteralExpression.call(this, expression, contextualType, ...rest);
};

/** What initialises a global is no part of a function, so it has to be a constant. */
Compiler.prototype.compileGlobal = function (global) {
  return within(this, true, () => original.compileGlobal.call(this, global));
};

Compiler.prototype.compileFunction = function (...args) {
  return within(this, false, () => original.compileFunction.apply(this, args));
};

function within(compiler, inGlobal, compile) {
  const known = literals(compiler);
  if (!known) return compile();
  const outer = known.inGlobal;
  known.inGlobal = inGlobal;
  try {
    return compile();
  } finally {
    known.inGlobal = outer;
  }
}

export default class AsciiLiterals extends Transform {}
