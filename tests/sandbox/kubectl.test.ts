import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import { configMap, pod, widget, widgetDefinition } from "./objects.ts";

const run = promisify(execFile);
const version = await run("kubectl", ["version", "--client"]).catch(() => undefined);
const skip = version === undefined ? "skipped, because there is no kubectl on the PATH" : false;

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

describe("kubectl", { skip }, () => {
  let sandbox: Sandbox;
  let directory: string;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    const kubelet = { bindMs: 1, startMs: 20, restartMs: 40, readyMs: 10, stopMs: 20 };
    sandbox = await startSandbox({ kubelet });
    sandbox.client.create(widgetDefinition());
    directory = await mkdtemp(join(tmpdir(), "sandbox-kubectl-"));
    await writeFile(join(directory, "config"), sandbox.kubeconfig());
    // A home of its own, as kubectl caches what servers serve by address.
    environment = { ...process.env, KUBECONFIG: join(directory, "config"), HOME: directory };
  });
  after(async () => {
    await sandbox.close();
    await rm(directory, { recursive: true, force: true });
  });

  function kubectl(args: readonly string[], input = "", extra: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn("kubectl", args, { env: { ...environment, ...extra }, timeout: 30_000 });
      let [out, err] = ["", ""];
      child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
      child.on("error", reject);
      child.on("close", (code) => resolve({ code: code ?? -1, out, err }));
      child.stdin.end(input);
    });
  }

  /** Runs a command that must succeed and answers what it printed. */
  async function prints(line: string, input = "", extra: NodeJS.ProcessEnv = {}): Promise<string> {
    const { code, out, err } = await kubectl(line.split(" "), input, extra);
    assert.equal(code, 0, `kubectl ${line}: ${err}`);
    return out;
  }

  test("apply creates, does nothing the second time, and changes with validation on", async () => {
    const manifest = JSON.stringify(pod("applied"));
    assert.equal(await prints("apply -f -", manifest), "pod/applied created\n");
    assert.equal(await prints("apply -f -", manifest), "pod/applied unchanged\n");
    const changed = manifest.replace("nginx:1.15.1", "nginx:1.15.2");
    assert.equal(await prints("apply -f -", changed), "pod/applied configured\n");
    assert.equal(await prints("get pod applied -o jsonpath={.spec.containers[0].image}"), "nginx:1.15.2");
  });

  test("apply with an unknown field of a custom resource is refused with its path", async () => {
    const { code, err } = await kubectl(
      ["apply", "-f", "-"],
      JSON.stringify(widget("odd", { size: 1, odd: 1 })),
    );
    assert.equal(code, 1);
    assert.match(err, /strict decoding error: unknown field "spec.odd"/);
  });

  test("apply with an invalid field shows the field", async () => {
    const { err } = await kubectl(["apply", "-f", "-"], JSON.stringify(widget("large", { size: 11 })));
    assert.match(err, /The Widget "large" is invalid: spec.size: Invalid value: 11/);
  });

  test("wait, get and get -o wide show a Pod as users know it", async () => {
    await prints("run seen --image=nginx:1 --labels=app=seen");
    await prints("wait --for=condition=Ready pod/seen --timeout=20s");
    const [header = "", row = ""] = (await prints("get pods -l app=seen -o wide")).split("\n");
    assert.match(
      header,
      /^NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\s+IP\s+NODE\s+NOMINATED NODE\s+READINESS GATES/,
    );
    assert.match(row, /^seen\s+1\/1\s+Running\s+0\s+\d+s\s+10\.244\.\S+\s+sandbox-node\s+<none>\s+<none>/);
    assert.match(await prints("get pods -A --show-labels"), /default\s+seen .*app=seen/);
    assert.match(await prints("get pod seen -o yaml"), /^ {2}name: seen$/m);
  });

  test("get -w follows a restart", async () => {
    await prints("run watched --image=nginx:1");
    await prints("wait --for=condition=Ready pod/watched --timeout=20s");
    const child = spawn("kubectl", ["get", "pod", "watched", "-w"], { env: environment });
    let out = "";
    const restarted = new Promise<void>((resolve) => {
      child.stdout.on("data", (chunk: Buffer) => {
        out += chunk.toString();
        if (/1\/1 +Running +1 \(/.test(out)) resolve();
      });
      child.on("close", () => resolve());
    });
    const limit = setTimeout(() => child.kill(), 20_000);
    while (!out.includes("Running")) await new Promise((resolve) => setTimeout(resolve, 20));
    await prints("set image pod/watched watched=nginx:2");
    await restarted;
    clearTimeout(limit);
    child.kill();
    assert.match(out, /0\/1 +ContainerCreating/);
    assert.match(out, /1\/1 +Running +1 \(\d+s ago\)/);
  });

  test("edit changes what the editor changes", async () => {
    await prints("create configmap edited --from-literal=key=old");
    const edited = await prints("edit configmap edited", "", { EDITOR: "sed -i s/old/new/" });
    assert.equal(edited, "configmap/edited edited\n");
    assert.equal(await prints("get configmap edited -o jsonpath={.data.key}"), "new");
  });

  test("edit of a Pod may change an image and nothing else", async () => {
    await prints("run fixed --image=nginx:1");
    await prints("edit pod fixed", "", { EDITOR: "sed -i s/nginx:1/nginx:2/" });
    const { code, err } = await kubectl([
      "patch",
      "pod",
      "fixed",
      "--type=json",
      "-p",
      JSON.stringify([{ op: "add", path: "/spec/containers/0/command", value: ["x"] }]),
    ]);
    assert.equal(code, 1);
    assert.match(
      err,
      /The Pod "fixed" is invalid: spec: Forbidden: pod updates may not change fields other than/,
    );
  });

  for (const [type, patch] of [
    ["strategic", { spec: { containers: [{ name: "c0", image: "nginx:3" }] } }],
    [
      "merge",
      {
        spec: {
          containers: [
            {
              name: "c0",
              image: "nginx:4",
              imagePullPolicy: "IfNotPresent",
              resources: {},
              terminationMessagePath: "/dev/termination-log",
              terminationMessagePolicy: "File",
            },
          ],
        },
      },
    ],
    ["json", [{ op: "replace", path: "/spec/containers/0/image", value: "nginx:5" }]],
  ] as const) {
    test(`patch --type=${type}`, async () => {
      const name = `patched-${type}`;
      sandbox.client.create(pod(name));
      const { code, out, err } = await kubectl([
        "patch",
        "pod",
        name,
        `--type=${type}`,
        "-p",
        JSON.stringify(patch),
      ]);
      assert.deepEqual([code, out], [0, `pod/${name} patched\n`], err);
    });
  }

  test("label and annotate set and remove, and refuse to overwrite", async () => {
    sandbox.client.create(configMap("marked"));
    assert.equal(await prints("label configmap marked a=b"), "configmap/marked labeled\n");
    assert.notEqual((await kubectl(["label", "configmap", "marked", "a=c"])).code, 0);
    assert.equal(await prints("label configmap marked a-"), "configmap/marked unlabeled\n");
    assert.equal(await prints("annotate configmap marked x=y"), "configmap/marked annotated\n");
    assert.equal(await prints("get configmap marked -o jsonpath={.metadata.annotations.x}"), "y");
  });

  test("apply --server-side keeps owners apart", async () => {
    const manifest = (value: string): string =>
      JSON.stringify({ ...configMap("owned"), data: { key: value } });
    assert.equal(
      await prints("apply --server-side -f -", manifest("a")),
      "configmap/owned serverside-applied\n",
    );
    const args = ["apply", "--server-side", "--field-manager=other", "-f", "-"];
    const { code, err } = await kubectl(args, manifest("b"));
    assert.equal(code, 1);
    assert.match(err, /Apply failed with 1 conflict: conflict with "kubectl": \.data\.key/);
    await prints("apply --server-side --field-manager=other --force-conflicts -f -", manifest("b"));
    assert.equal(await prints("get configmap owned -o jsonpath={.data.key}"), "b");
    assert.match(await prints("get configmap owned -o yaml --show-managed-fields"), /manager: other/);
  });

  test("describe tells containers, conditions and Events", async () => {
    await prints("run described --image=nginx:1");
    await prints("wait --for=condition=Ready pod/described --timeout=20s");
    const text = await prints("describe pod described");
    for (const part of [/Image: +nginx:1/, /State: +Running/, /Ready +True/, /Normal +Started +.*kubelet/])
      assert.match(text, part);
  });

  test("custom resources have their columns, short names and versions", async () => {
    await prints("apply -f -", JSON.stringify(widget("shown", { size: 4 })));
    assert.match(await prints("get wd shown"), /^NAME +SIZE\nshown +4\n$/);
    assert.match(await prints("get wd shown -o wide"), /^NAME +SIZE +READY\n/);
    assert.match(
      await prints("get widgets.v1beta1.example.test shown -o yaml"),
      /apiVersion: example.test\/v1beta1/,
    );
    await prints('patch wd shown --subresource=status --type=merge -p {"status":{"ready":3}}');
    assert.equal(await prints("get wd shown -o jsonpath={.status.ready}"), "3");
    assert.match(await prints("describe wd shown"), /Size: +4/);
  });

  test("create makes the kinds that it sends as protobuf", async () => {
    await prints("create namespace made");
    await prints("create configmap made --from-literal=a=b");
    await prints("create secret generic made --from-literal=a=b");
    await prints("create serviceaccount made");
    assert.equal(await prints("get secret made -o jsonpath={.data.a}"), "Yg==");
    assert.match(await prints("get namespace made"), /made +Active/);
  });

  test("delete waits for the end, by name, label and namespace", async () => {
    await prints("run doomed --image=nginx:1 --labels=app=doomed");
    await prints("wait --for=condition=Ready pod/doomed --timeout=20s");
    assert.equal(await prints("delete pod doomed"), 'pod "doomed" deleted\n');
    const { err } = await kubectl(["get", "pod", "doomed"]);
    assert.equal(err, 'Error from server (NotFound): pods "doomed" not found\n');
    await prints("create namespace passing");
    await prints("run inside --image=nginx:1 -n passing");
    await prints("delete namespace passing");
    assert.equal((await kubectl(["get", "pods", "-n", "passing"])).out, "");
  });

  test("diff, dry runs and api-resources answer", async () => {
    sandbox.client.create(configMap("compared"));
    const changed = JSON.stringify({ ...configMap("compared"), data: { key: "other" } });
    const { code, out } = await kubectl(["diff", "-f", "-"], changed);
    assert.equal(code, 1);
    assert.match(out, /^\+ {2}key: other$/m);
    assert.match(await prints("apply --dry-run=server -f -", changed), /configured \(server dry run\)/);
    assert.equal(await prints("get configmap compared -o jsonpath={.data.key}"), "compared");
    assert.match(
      await prints("api-resources --api-group=example.test"),
      /widgets +wd +example.test\/v1 +true +Widget/,
    );
  });
});
