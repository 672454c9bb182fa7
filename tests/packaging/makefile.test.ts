import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./manifests.ts";

const makefile = readFileSync(join(root, "Makefile"), "utf8");
const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
);

test("the Makefile has the targets that Kubewarden policies have", () => {
  const targets = new Set(
    [...makefile.matchAll(/^([\w. -]+):/gm)].flatMap(([, names = ""]) => names.trim().split(/\s+/)),
  );
  for (const target of [
    "policy.wasm",
    "annotated-policy.wasm",
    "test",
    "lint",
    "fmt",
    "e2e-tests",
    "clean",
  ]) {
    assert.ok(targets.has(target), target);
  }
});

test("it runs only npm scripts and files that exist", () => {
  const recipes = [...makefile.matchAll(/^\t(.*)$/gm)].map(([, recipe = ""]) => recipe);
  for (const recipe of recipes) {
    const script = /^npm run (\S+)/.exec(recipe)?.[1];
    if (script !== undefined && script !== "$@") assert.ok(scripts[script] !== undefined, recipe);
    for (const [file] of recipe.matchAll(/\b(?:scripts|tests)\/\S+\.ts\b/g)) {
      if (!file.includes("$")) assert.ok(existsSync(join(root, file)), recipe);
    }
  }
  for (const name of ["demo", "sandbox", "test"]) assert.ok(scripts[name] !== undefined, name);
});
