/**
 * Puts every function that is called in one place into its caller: a transform for the AssemblyScript compiler, for
 * release builds. With `--debug` functions stay where they are written, so that traces name them.
 *
 * A function costs some ten bytes besides its body. The compiler leaves those of more than 80 nodes alone, where
 * Binaryen's own tools have no limit.
 */
import { Module } from "assemblyscript";
import { Transform } from "assemblyscript/transform";

const UNLIMITED = 0x7fffffff;
const original = Object.fromEntries(
  ["optimize", "setOneCallerInlineMaxSize"].map((name) => [name, Module.prototype[name]]),
);
let isDebug = false;

Module.prototype.optimize = function (optimizeLevel, shrinkLevel, debugInfo, ...rest) {
  isDebug = debugInfo;
  original.optimize.call(this, optimizeLevel, shrinkLevel, debugInfo, ...rest);
};

Module.prototype.setOneCallerInlineMaxSize = function (size) {
  original.setOneCallerInlineMaxSize.call(this, isDebug ? size : UNLIMITED);
};

export default class OneCaller extends Transform {}
