import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Path of a program of Kubewarden's, such as kwctl or policy-server: what the environment variable of its name (KWCTL,
 * POLICY_SERVER) says, else the first in PATH, else undefined. Throws when the variable names something that cannot be run,
 * so that a wish is never ignored.
 */
export function findProgram(name: string, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const variable = name.toUpperCase().replaceAll("-", "_");
  const wished = environment[variable];
  if (wished !== undefined && wished !== "") {
    if (!isExecutable(wished)) throw new Error(`${variable}: expected an executable file, got ${wished}`);
    return wished;
  }
  return (environment["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
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
