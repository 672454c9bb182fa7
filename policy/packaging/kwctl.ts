import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Path of Kubewarden's command line: what KWCTL names, else the first in PATH, else undefined. Throws when KWCTL names
 * something that cannot be run, so that a wish is never ignored.
 */
export function findKwctl(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const wished = environment["KWCTL"];
  if (wished !== undefined && wished !== "") {
    if (!isExecutable(wished)) throw new Error(`KWCTL: expected an executable file, got ${wished}`);
    return wished;
  }
  return (environment["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, "kwctl"))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
