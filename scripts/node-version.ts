const MINIMUM = [22, 19] as const;

/**
 * Ends the process with a plain message when this Node is too old to run the project.
 *
 * npm scripts on Linux (x64, arm64) run on the Node that `npm ci` installs; elsewhere the machine's own Node is used.
 */
export function requireNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return;
  console.error(`Node ${process.versions.node} is too old: ${MINIMUM.join(".")} or later is needed`);
  process.exit(2);
}
