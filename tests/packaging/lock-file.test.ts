import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./manifests.ts";

interface LockedPackage {
  optionalDependencies?: Record<string, string>;
}

// npm 11 refuses to install from a lock file that lacks a package for another platform, and npm 10 writes such files
// when the registry does not serve that package.
test("package-lock.json has an entry for every optional package, whatever platform it is for", () => {
  const lock: { packages: Record<string, LockedPackage> } = JSON.parse(
    readFileSync(join(root, "package-lock.json"), "utf8"),
  );
  const missing = Object.values(lock.packages)
    .flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
    .filter((name) => lock.packages[`node_modules/${name}`] === undefined);
  assert.deepEqual(missing, []);
});
