/** `npm run demo`: the whole loop in one process, each step checked. Exit status 1 when a promise is not kept. */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { requireNode } from "../../scripts/node-version.ts";
import { startProject } from "../project.ts";
import { Kube } from "./kube.ts";
import { CheckFailed, Transcript } from "./transcript.ts";
import { play } from "./walkthrough.ts";

const examples = new URL("../../policy/examples/", import.meta.url);

async function example(name: string): Promise<Record<string, unknown>> {
  return parse(await readFile(new URL(name, examples), "utf8"));
}

requireNode();
const start = performance.now();
const out = new Transcript();
console.log(
  "SidecarSet on Kubewarden: an API server, a kubelet, policy.wasm and the controller, all in this process",
);
const project = await startProject({ controller: { settingsIntervalMs: 200 } });
try {
  const kube = new Kube(project.sandbox.url);
  await play({
    kube,
    out,
    sidecarSetManifest: await example("sidecarset.yaml"),
    podManifest: await example("pod.yaml"),
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `\nAll ${out.checks} checks passed in ${seconds} s. \`npm run sandbox\` keeps it running for kubectl.`,
  );
} catch (error) {
  if (!(error instanceof CheckFailed)) throw error;
  console.log(`   FAILED ${error.message}`);
  process.exitCode = 1;
} finally {
  await project.close();
}
