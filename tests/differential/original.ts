import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("original", import.meta.url));
const PROGRAM = fileURLToPath(new URL("../../build/differential/original", import.meta.url));

/** What this release of OpenKruise is: the API version it works on, and the features that not every release has. */
export interface Release {
  readonly version: string;
  readonly features: readonly Feature[];
}

/** What newer releases have and older ones lack; generators leave out what the release at hand would drop or misread. */
export type Feature =
  /** Containers of sets may have one, and expressions are computed. */
  | "resourcesPolicy"
  /** Containers of sets may have one. */
  | "shareVolumeDevicePolicy"
  /** What a sidecar uses as a volume device comes with it into the Pod; before, only what it mounts did. */
  | "deviceVolumes"
  /** Hooks of containers may sleep for less than the default grace period; before, every sleep of a set was too long. */
  | "sleepingHooks"
  /** A set may be the canary of another. */
  | "canary"
  /** Injected containers may be sorted by name. */
  | "sortByName"
  /** A pass of the controller that ends hot upgrades begins none; before, it did both and wrote to a Pod twice. */
  | "separateEnds"
  /** Pods of equal priority keep their order; before, whichever is later in the list comes first. */
  | "stablePriority";

/** The original's answer to one request: its output, or the panic that it ended in. */
export type Answer = { readonly output: unknown } | { readonly panic: string };

/**
 * Builds the program that answers for OpenKruise: minutes the first time, seconds once Go's cache is warm. Answers why
 * that is impossible here, or an empty text.
 */
export function buildOriginal(): string {
  if (spawnSync("go", ["version"]).error) return "Go is absent";
  mkdirSync(new URL("../../build/differential", import.meta.url), { recursive: true });
  const built = spawnSync("go", ["build", "-o", PROGRAM, "."], { cwd: SOURCE, encoding: "utf8" });
  return built.status === 0 ? "" : `OpenKruise does not build: ${built.stderr.trim()}`;
}

/** OpenKruise's own code in a process of its own; requests are answered in order. */
export class Original {
  readonly #process: ChildProcess;
  readonly #waiting: ((line: string) => void)[] = [];
  readonly #lines: Interface;
  #problem = "";

  /** @param program what to run; by default what `buildOriginal` built. */
  constructor(program = PROGRAM) {
    this.#process = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
    if (!this.#process.stdout) throw new Error("no output to read from");
    this.#lines = createInterface({ input: this.#process.stdout });
    this.#lines.on("line", (line) => this.#waiting.shift()?.(line));
    this.#process.on("close", (code) => {
      this.#problem = `the original ended with status ${code}`;
      for (const answer of this.#waiting.splice(0)) answer(JSON.stringify({ misuse: this.#problem }));
    });
  }

  async describe(): Promise<Release> {
    const answer = await this.ask("describe", {});
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the program is ours
    return (answer as { output: Release }).output;
  }

  /** Throws when the request could not be read, which is a fault of the caller. */
  async ask(operation: string, input: unknown): Promise<Answer> {
    if (this.#problem !== "") throw new Error(this.#problem);
    const line = await new Promise<string>((resolve) => {
      this.#waiting.push(resolve);
      this.#process.stdin?.write(`${JSON.stringify({ operation, input })}\n`);
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the program is ours
    const answer = JSON.parse(line) as Answer & { misuse?: string };
    if (answer.misuse !== undefined) throw new Misuse(`${operation}: ${answer.misuse}`);
    return answer;
  }

  close(): void {
    this.#process.stdin?.end();
  }
}

/** The original could not read the request into its types. */
export class Misuse extends Error {}
