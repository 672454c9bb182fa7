/**
 * Makes string literals small: a transform for the AssemblyScript compiler, named in asconfig.json as
 * `"transform": ["@kubewarden/as-sdk/transform/ascii.js"]`.
 *
 * A string costs 20 bytes of header, two bytes a character and a data segment of its own. With this transform literals
 * are stored as bytes that end with a zero, in one segment, each text and each ending of a text once. A literal where
 * an `Ascii` is expected is the address of its bytes; where a string is expected, the string is made on the spot
 * (`Ascii#toString`). So sources keep plain literals, and the type of a parameter decides. A template, or a sum of
 * literals and values, becomes one call that fills the values into one text, and a string is compared with a literal's
 * bytes as they are.
 *
 * Literals that are empty or not ASCII, that initialise globals, or that belong to other libraries stay strings.
 *
 * The compiler has no hook for expressions, so methods of it are wrapped, which is why its version is pinned.
 */
import { Compiler } from "assemblyscript";
import { Transform } from "assemblyscript/transform";

const SDK = "~lib/@kubewarden/as-sdk/";
const ASCII = "json/ascii/";
/** Stands in a text where `filled` puts a value. */
const GAP = "\x01";
/** As many values as one call of `filled` takes. */
const MOST_VALUES = 3;
/** Room for all literals of a module: when they need more the compilation fails. What is left over costs no bytes. */
const ROOM = 24 * 1024;
const STRING_LITERAL = 2;
const TEMPLATE_LITERAL = 3;
const BINARY = 8;
const LITERAL = 16;
/** `==`, `!=`, `===` and `!==`, which are two of each for strings. */
const EQUALS = new Set([76, 78]);
const DIFFERS = new Set([77, 79]);
const PLUS = 81;
const NOT = 20;
/** Has the resolver keep quiet about what it cannot resolve. */
const SWALLOW = 1;
/** The code of a diagnostic whose text can be chosen. */
const NOT_IMPLEMENTED = 100;

const original = methods(
  "compileBinaryExpression",
  "compileFunction",
  "compileGlobal",
  "compileLiteralExpression",
);
const literalsOf = new WeakMap();

function methods(...names) {
  return Object.fromEntries(names.map((name) => [name, Compiler.prototype[name]]));
}

/** The literals of one module, at the addresses from `segment.offset` on. */
class Literals {
  /** `path` is that of the SDK's module of texts. */
  constructor(compiler, path) {
    this.compiler = compiler;
    this.path = path;
    this.type = compiler.resolver.resolveClass(this.element("Ascii"), null).type;
    this.room = Buffer.alloc(ROOM);
    this.used = 0;
    this.segment = compiler.addAlignedMemorySegment(this.room, 1);
    this.inGlobal = false;
  }

  element(name) {
    return this.compiler.program.elementsByName.get(this.path + name);
  }

  /** A call of one of the module's functions. */
  call(name, values, node) {
    const { compiler } = this;
    return compiler.makeCallDirect(compiler.resolver.resolveFunction(this.element(name), null), values, node);
  }

  /** The text as an operand. */
  operand(text) {
    return this.compiler.module.usize(this.address(text));
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
    const name = [...compiler.program.elementsByName.keys()].find((path) => path.endsWith(`${ASCII}Ascii`));
    literalsOf.set(compiler, name && new Literals(compiler, name.slice(0, -"Ascii".length)));
  }
  return literalsOf.get(compiler);
}

function isOurs({ internalPath }) {
  if (internalPath.startsWith("~lib/")) return internalPath.startsWith(SDK);
  return !internalPath.startsWith("node_modules/");
}

function isAscii(text) {
  return [...text].every((character) => character > GAP && character < "\x80");
}

/** The address of a literal's bytes. */
function constant(compiler, literal) {
  const { value, range } = literal;
  if (!isAscii(value)) compiler.error(NOT_IMPLEMENTED, range, "Ascii of other characters");
  const known = literals(compiler);
  compiler.currentType = known.type;
  return known.operand(value);
}

/** A string that is made when the expression is evaluated. */
function string(compiler, text, node) {
  if (text === "" || !isAscii(text)) return compiler.ensureStaticString(text);
  const known = literals(compiler);
  const made = compiler.makeToString(known.operand(text), known.type, node);
  compiler.currentType = compiler.program.stringInstance.type;
  return made;
}

/** One string of several parts, each a text or an expression. */
function filled(compiler, parts, node) {
  const { type } = compiler.program.stringInstance;
  let pattern = "";
  let values = [];
  const fill = () =>
    literals(compiler).call(`filled${values.length}`, [literals(compiler).operand(pattern), ...values], node);
  const add = (value) => {
    if (values.length === MOST_VALUES) [values, pattern] = [[fill()], GAP];
    values.push(value);
    pattern += GAP;
  };
  for (const part of parts) {
    if (typeof part !== "string") {
      const value = compiler.compileExpression(part, type);
      add(compiler.makeToString(value, compiler.currentType, part));
    } else if (part === "" || isAscii(part)) pattern += part;
    else add(compiler.ensureStaticString(part));
  }
  if (values.length === 0) return string(compiler, pattern, node);
  const made = fill();
  compiler.currentType = type;
  return made;
}

/** The parts of a sum, from left to right. */
function summands(node) {
  if (node.kind === BINARY && node.operator === PLUS)
    return [...summands(node.left), ...summands(node.right)];
  if (isOwn(node, TEMPLATE_LITERAL) && !node.tag) return templateParts(node);
  return [isOwn(node, STRING_LITERAL) ? node.value : node];
}

function templateParts({ parts, expressions }) {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [expressions[index - 1], part]));
}

/** A string compared with a literal; undefined where the expression is something else. */
function comparison(compiler, expression) {
  const { left, operator, right } = expression;
  const differs = DIFFERS.has(operator);
  if (!differs && !EQUALS.has(operator)) return undefined;
  const [literal, other] = isOwn(right, STRING_LITERAL) ? [right, left] : [left, right];
  if (!isOwn(literal, STRING_LITERAL) || literal.value === "" || !isAscii(literal.value)) return undefined;
  const { type } = compiler.program.stringInstance;
  if (compiler.resolver.resolveExpression(other, compiler.currentFlow, undefined, SWALLOW) !== type)
    return undefined;
  const known = literals(compiler);
  const value = compiler.compileExpression(other, type);
  const equal = known.call("asciiEquals", [known.operand(literal.value), value], expression);
  return differs ? compiler.module.unary(NOT, equal) : equal;
}

function isOwn(node, literalKind) {
  return node.kind === LITERAL && node.literalKind === literalKind && isOurs(node.range.source);
}

Compiler.prototype.compileBinaryExpression = function (expression, ...rest) {
  const known = literals(this);
  if (known && !known.inGlobal && isOurs(expression.range.source)) {
    const parts = expression.operator === PLUS ? summands(expression) : [];
    if (parts.some((part) => typeof part === "string")) return filled(this, parts, expression);
    const compared = comparison(this, expression);
    if (compared !== undefined) return compared;
  }
  return original.compileBinaryExpression.call(this, expression, ...rest);
};

Compiler.prototype.compileLiteralExpression = function (expression, contextualType, ...rest) {
  const known = literals(this);
  const { literalKind } = expression;
  if (known && isOurs(expression.range.source)) {
    if (literalKind === STRING_LITERAL) {
      if (contextualType === known.type) return constant(this, expression);
      if (!known.inGlobal) return string(this, expression.value, expression);
    }
    const isTemplate = literalKind === TEMPLATE_LITERAL && !expression.tag && expression.parts.length > 1;
    if (isTemplate && !known.inGlobal) return filled(this, templateParts(expression), expression);
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
