import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AdmissionRequest, AdmissionResponse, JsonPatchOperation } from "@kubewarden/as-sdk/host";

/** What kwctl said and how it ended. */
export interface KwctlResult {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** What is evaluated. */
export interface Evaluation {
  request: AdmissionRequest;
  settings: unknown;
  /** Host calls and their answers, in order: `kwctl run --replay-host-capabilities-interactions`. */
  replay?: string;
}

/** kwctl's command line around one policy, with a folder for its files. */
export class Kwctl {
  readonly #executable: string;
  readonly folder = mkdtempSync(join(tmpdir(), "kwctl-"));

  constructor(executable: string) {
    this.#executable = executable;
  }

  /** Runs a subcommand. */
  call(...args: string[]): KwctlResult {
    const { status, stdout, stderr, error } = spawnSync(this.#executable, args, {
      cwd: this.folder,
      encoding: "utf8",
      timeout: 60_000,
      env: {
        ...process.env,
        HOME: this.folder,
        RUST_BACKTRACE: "0",
        NO_COLOR: "1",
        // kwctl fetches Sigstore's roots, which a local module is never checked against; let that fail at once.
        HTTPS_PROXY: "http://127.0.0.1:9",
      },
    });
    if (error !== undefined) throw error;
    return { status, stdout, stderr };
  }

  /** `kwctl run`, whatever comes of it. */
  run(module: string, { request, settings, replay }: Evaluation): KwctlResult {
    const args = ["-r", this.#file("request.json", request), "-s", this.#file("settings.json", settings)];
    if (replay !== undefined) {
      const session = join(this.folder, "session.yml");
      writeFileSync(session, replay);
      args.push("--allow-context-aware", "--replay-host-capabilities-interactions", session);
    }
    return this.call("run", ...args, module);
  }

  /** The answer of a run that must succeed. */
  evaluate(module: string, evaluation: Evaluation): AdmissionResponse {
    const { status, stdout, stderr } = this.run(module, evaluation);
    if (status !== 0) throw new Error(`kwctl run: exit status ${status}: ${stderr}`);
    return JSON.parse(stdout);
  }

  #file(name: string, content: unknown): string {
    const path = join(this.folder, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  }
}

/** The patch of an answer, decoded; empty when there is none. */
export function patchOf({ patch }: AdmissionResponse): JsonPatchOperation[] {
  return patch === undefined ? [] : JSON.parse(Buffer.from(patch, "base64").toString("utf8"));
}
