/**
 * Puts every function that is called in one place into its caller: a transform for the AssemblyScript compiler, for
 * release builds.
 *
 * A function costs some ten bytes besides its body. The compiler leaves those of more than 80 nodes alone, where
 * Binaryen's own tools have no limit.
 */
import { Module } from "assemblyscript";
import { Transform } from "assemblyscript/transform";

const UNLIMITED = 0x7fffffff;
const LIMIT = "setOneCallerInlineMaxSize";
const setLimit = Module.prototype[LIMIT];

Module.prototype[LIMIT] = function () {
  setLimit.call(this, UNLIMITED);
};

export default class OneCaller extends Transform {}
