import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Ticks of /proc/PID/stat in a second; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Values of /metrics, by name with labels. */
export type Samples = ReadonlyMap<string, number>;

/** A controller process under observation. Linux only: it reads /proc. */
export class MeasuredProcess {
  readonly child: ChildProcess;
  readonly #ports: Promise<{ readonly healthPort: number; readonly metricsPort: number }>;

  /** `nodeFlags` go before the script, `flags` after it. Log lines of warnings and errors are passed on. */
  constructor(
    nodeFlags: readonly string[],
    flags: readonly string[],
    environment: Readonly<Record<string, string>>,
  ) {
    const ports = ["--health-port", "0", "--metrics-port", "0"];
    const argv = [...nodeFlags, "controller/main.ts", ...ports, ...flags];
    this.child = spawn(process.execPath, argv, {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...environment },
    });
    this.#ports = this.#readPorts();
  }

  /** The most resident memory there ever was, in MiB. */
  peakMemory(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  /** CPU time so far, user and system, in milliseconds. */
  cpuMs(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000;
  }

  /** Resolves when /readyz answers 200. */
  async ready(): Promise<void> {
    const { healthPort } = await this.#ports;
    while ((await fetch(`http://127.0.0.1:${healthPort}/readyz`)).status !== 200) await sleep(10);
  }

  async metrics(): Promise<Samples> {
    const { metricsPort } = await this.#ports;
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(
      samples.map((line) => {
        const end = line.lastIndexOf(" ");
        return [line.slice(0, end), Number(line.slice(end))];
      }),
    );
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.kill("SIGTERM");
    await once(this.child, "close");
  }

  #readPorts(): Promise<{ readonly healthPort: number; readonly metricsPort: number }> {
    return new Promise((resolve, reject) => {
      let rest = "";
      this.child.once("close", () => reject(new Error("the controller has ended")));
      this.child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          const { msg, level, healthPort, metricsPort } = JSON.parse(line);
          if (msg === "Serving probes and metrics") resolve({ healthPort, metricsPort });
          if (level === "warn" || level === "error") console.error(line);
        }
      });
    });
  }
}

/** Sum of the samples of a metric, those whose labels contain the text. */
export function sumOf(samples: Samples, name: string, labels = ""): number {
  let sum = 0;
  for (const [key, value] of samples) {
    if ((key === name || key.startsWith(`${name}{`)) && key.includes(labels)) sum += value;
  }
  return sum;
}
