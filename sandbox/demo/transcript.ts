import { setTimeout as sleep } from "node:timers/promises";

/** Ends the walkthrough: a step did not do what it promises. */
export class CheckFailed extends Error {}

const colours = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
const paint = (code: number, text: string): string => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);

/** Prints the walkthrough and counts its checks. */
export class Transcript {
  checks = 0;
  #step = 0;

  step(title: string): void {
    this.#step += 1;
    console.log(`\n${paint(1, `${this.#step}. ${title}`)}`);
  }

  say(text: string): void {
    console.log(`   ${text}`);
  }

  command(line: string, output?: string): void {
    console.log(`   ${paint(36, `$ ${line}`)}`);
    if (output !== undefined) this.block(output);
  }

  block(text: string): void {
    for (const line of text.trimEnd().split("\n")) console.log(`   ${paint(2, line)}`);
  }

  /** Records a promise that was kept; throws `CheckFailed` for one that was not. */
  check(promise: string, kept: boolean, found?: unknown): void {
    this.checks += 1;
    if (kept) {
      console.log(`   ${paint(32, "ok")} ${promise}`);
      return;
    }
    const details = found === undefined ? "" : `, found ${JSON.stringify(found)}`;
    throw new CheckFailed(`${promise}${details}`);
  }

  /** Asks again every 50 ms until `probe` gives something, and fails the walkthrough after `timeoutMs`. */
  async until<T>(promise: string, probe: () => Promise<T | undefined>, timeoutMs = 20_000): Promise<T> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const found = await probe();
      if (found !== undefined) {
        this.check(promise, true);
        return found;
      }
      if (performance.now() > deadline) throw new CheckFailed(`${promise}: not within ${timeoutMs / 1000} s`);
      await sleep(50);
    }
  }
}
