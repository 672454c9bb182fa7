import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { call } from "./api-caller.ts";

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const skip = existsSync(path("build/policy.wasm"))
  ? false
  : "skipped, because build/policy.wasm is not built";

test("npm run sandbox: serves SidecarSets, writes a kubeconfig, stops at Ctrl-C", { skip }, async () => {
  const child = spawn(process.execPath, [path("sandbox/main.ts"), "--rollout-ms", "10"]);
  let out = "";
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const limit = setTimeout(() => child.kill("SIGKILL"), 60_000);
  await new Promise<void>((resolve) => {
    child.on("close", () => resolve());
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes("Ctrl-C")) resolve();
    });
  });
  const [, url = ""] = /API server at (\S+),/.exec(out) ?? [];
  assert.notEqual(url, "", `${out}${err}`);
  assert.match(readFileSync(path("build/sandbox.kubeconfig"), "utf8"), new RegExp(`server: ${url}`));
  const sets = await call(url, "GET", "/apis/apps.kruise.io/v1beta1/sidecarsets");
  assert.equal(sets.code, 200);
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  child.kill("SIGINT");
  assert.equal(await ended, 0, err);
  clearTimeout(limit);
});
