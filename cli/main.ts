#!/usr/bin/env node
import { Command } from "commander";
import type { PolicyModule } from "@kubewarden/as-sdk/host";
import { stringify } from "yaml";
import { check, inject, settings, why, type Outcome } from "./commands.ts";
import { InputError, readManifests, type Manifest } from "./manifests.ts";
import { openPolicy } from "./policy.ts";

interface Options {
  readonly filename: readonly string[];
  readonly output: string;
  readonly policy?: string;
}

type Action = (policy: PolicyModule, manifests: readonly Manifest[]) => Outcome;

function print({ objects, lines = [], remarks, ok }: Outcome, output: string): void {
  for (const remark of remarks) process.stderr.write(`${remark}\n`);
  for (const line of lines) process.stdout.write(`${line}\n`);
  if (output === "json") {
    for (const object of objects) process.stdout.write(`${JSON.stringify(object, null, 2)}\n`);
  } else if (output === "yaml") {
    process.stdout.write(objects.map((object) => stringify(object, { lineWidth: 0 })).join("---\n"));
  }
  process.exitCode = ok ? 0 : 1;
}

async function perform(action: Action, options: Options): Promise<void> {
  try {
    const manifests = await readManifests(options.filename);
    print(action(await openPolicy(options.policy), manifests), options.output);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`sidecarset: ${error.message}\n`);
    process.exitCode = 2;
  }
}

const program = new Command("sidecarset")
  .description("Preview and check SidecarSets without a cluster, with the policy that runs in one")
  .addHelpText("after", "\nExit status: 0 all is well, 1 something was rejected, 2 the input cannot be read");

const commands: readonly [name: string, description: string, action: Action, output: string][] = [
  ["check", "default and check SidecarSets; every problem of every set is named", check, "none"],
  ["inject", "show Pods, or the Pods of workloads, as they would be after injection", inject, "yaml"],
  [
    "why",
    "tell why Pods get their sidecars, or none: the term that decides for each SidecarSet",
    why,
    "none",
  ],
  ["settings", "make the settings of a ClusterAdmissionPolicy from SidecarSets", settings, "yaml"],
];
for (const [name, description, action, output] of commands) {
  program
    .command(name)
    .description(description)
    .requiredOption("-f, --filename <path...>", "files or folders with manifests, `-` for standard input")
    .option("-o, --output <format>", "yaml, json or none", output)
    .option("--policy <file>", "the policy module (default: build/policy.wasm)")
    .action((options: Options) => perform(action, options));
}

await program.parseAsync();
