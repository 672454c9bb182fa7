import { PolicyError, type PolicyModule } from "@kubewarden/as-sdk/host";
import { settingsDocument, type LiveSettings } from "../core/settings.ts";

/** What the judge asks of the policy. */
export type SettingsPolicy = Pick<PolicyModule, "validateSettings">;

/**
 * Has the policy judge settings before they are written: a PolicyServer does not start with settings that its policy
 * rejects, and takes every other policy on it down.
 */
export class SettingsJudge {
  readonly #policy: SettingsPolicy;
  /** Verdicts on single entries by name, under the text that was judged. */
  readonly #known = new Map<string, { readonly document: string; readonly problem: string | undefined }>();

  constructor(policy: SettingsPolicy) {
    this.#policy = policy;
  }

  /** What is wrong with whole settings; undefined when the policy accepts them. */
  judge(document: string): string | undefined {
    try {
      const { valid, message } = this.#policy.validateSettings(JSON.parse(document));
      return valid ? undefined : (message ?? "the policy gave no reason");
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      return `the policy failed: ${error.message}`;
    }
  }

  /** What is wrong with settings that hold this entry alone, so that one bad entry is not held against others. */
  judgeEntry(name: string, entry: string, live: LiveSettings): string | undefined {
    const document = settingsDocument(`[${entry}]`, live);
    const known = this.#known.get(name);
    if (known?.document === document) return known.problem;
    const problem = this.judge(document);
    this.#known.set(name, { document, problem });
    return problem;
  }

  /** Forgets a set that is gone. */
  forget(name: string): void {
    this.#known.delete(name);
  }
}
