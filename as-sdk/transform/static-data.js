/**
 * Leaves out static data that nobody reads: a transform for the AssemblyScript compiler, for the stub runtime.
 *
 * A reference to a function is a static object of 28 bytes, header and all, of which only the index in the table is
 * ever read. An empty array brings an empty buffer of its own. With this transform a reference costs four bytes, in one
 * segment with the others, and empty arrays share one buffer.
 *
 * Under other runtimes nothing changes: their collector reads the headers. The compiler's methods are wrapped, which is
 * why its version is pinned.
 */
import { Compiler } from "assemblyscript";
import { Transform } from "assemblyscript/transform";

/** Room for the references of a module: when they need more the compilation fails. What is left over costs no bytes. */
const ROOM = 1024;
const SIZE = 4;

const original = Object.fromEntries(
  ["addStaticBuffer", "ensureRuntimeFunction"].map((name) => [name, Compiler.prototype[name]]),
);
const referencesOf = new WeakMap();
const emptyOf = new WeakMap();

Compiler.prototype.ensureRuntimeFunction = function (instance) {
  // The stub runtime is the first of the compiler's runtimes, whose number is 0.
  if (this.options.runtime) return original.ensureRuntimeFunction.call(this, instance);
  instance.memorySegment ??= reference(this, instance);
  return instance.memorySegment.offset;
};

Compiler.prototype.addStaticBuffer = function (elementType, values, ...id) {
  if (values.length > 0 || id.length > 0)
    return original.addStaticBuffer.call(this, elementType, values, ...id);
  if (!emptyOf.has(this)) emptyOf.set(this, original.addStaticBuffer.call(this, elementType, values));
  return emptyOf.get(this);
};

/** Puts a function into the table and its index among the references; answers where it stands. */
function reference(compiler, instance) {
  if (!referencesOf.has(compiler)) referencesOf.set(compiler, new References(compiler));
  // The first entry of the table stays blank, as the compiler has it.
  const index = (compiler.options.tableBase || 1) + compiler.functionTable.length;
  compiler.functionTable.push(instance);
  return { offset: referencesOf.get(compiler).add(index) };
}

/** The references to functions of one module, at the addresses from `segment.offset` on. */
class References {
  constructor(compiler) {
    this.room = Buffer.alloc(ROOM);
    this.used = 0;
    this.segment = compiler.addAlignedMemorySegment(this.room, SIZE);
  }

  add(index) {
    const place = this.used;
    this.used += SIZE;
    if (this.used > ROOM) throw new Error(`references to functions need more than ${ROOM} bytes`);
    this.room.writeUInt32LE(index, place);
    this.segment.buffer = this.room.subarray(0, this.used);
    return this.segment.offset.add(place);
  }
}

export default class StaticData extends Transform {}
