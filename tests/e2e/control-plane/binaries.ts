import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The programs of a control plane and its client, by the names that Kubernetes gives them. */
export const programs = [
  "etcd",
  "kube-apiserver",
  "kubectl",
  "kube-controller-manager",
  "kube-scheduler",
] as const;

/** The name of one of these programs. */
export type Program = (typeof programs)[number];

/** Without the others, Deployments, Jobs and the garbage collector do nothing; Pods and everything else work. */
const indispensable: readonly Program[] = ["etcd", "kube-apiserver"];

const goPackages: Record<Program, string> = {
  etcd: "go.etcd.io/etcd/server/v3",
  "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
  "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
  "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
  kubectl: "k8s.io/kubernetes/cmd/kubectl",
};

const moduleFolder = join(import.meta.dirname, "binaries");

/** Where the programs are (etcd and kube-apiserver at least), or why there are none. */
export type Binaries =
  | { readonly kind: "found"; readonly source: string; readonly paths: ReadonlyMap<Program, string> }
  | { readonly kind: "absent"; readonly reason: string };

/** One program that was built. */
export interface Build {
  readonly program: Program;
  readonly seconds: number;
  readonly bytes: number;
}

/**
 * Looks in $KUBEBUILDER_ASSETS, then in PATH, then in the cache of earlier builds; with `build`, what the cache lacks
 * is built from the Go modules (many minutes the first time), reported one by one, until `signal` ends it. setup-envtest is not called: its
 * archives have no controller manager; whoever prefers it sets KUBEBUILDER_ASSETS to what it prints.
 */
export async function findBinaries(options: {
  readonly build: boolean;
  readonly report?: (build: Build) => void;
  readonly signal?: AbortSignal;
}): Promise<Binaries> {
  const folder = cacheFolder();
  const assets = process.env.KUBEBUILDER_ASSETS ?? "";
  const path = (process.env.PATH ?? "").split(delimiter);
  const found =
    (assets === "" ? undefined : foundIn([assets], `KUBEBUILDER_ASSETS=${assets}`)) ?? foundIn(path, "PATH");
  if (found !== undefined) return found;

  const cached = foundIn([folder], folder);
  if (cached !== undefined && (!options.build || cached.paths.size === programs.length)) return cached;
  if (!(await hasGo())) {
    const reason = `${indispensable.join(" and ")} are not in KUBEBUILDER_ASSETS, PATH or ${folder}, and Go is absent`;
    return cached ?? { kind: "absent", reason };
  }
  if (!options.build) {
    return {
      kind: "absent",
      reason: "no control plane is built yet: run node tests/e2e/control-plane/build.ts",
    };
  }
  mkdirSync(folder, { recursive: true });
  for (const program of programs) {
    const file = join(folder, program);
    if (!isExecutable(file)) options.report?.(await build(program, file, options.signal));
  }
  const built = foundIn([folder], folder);
  if (built === undefined) throw new Error(`${folder}: expected ${programs.join(", ")} after the build`);
  return built;
}

/** Path of the kubectl to use: the one beside the control plane, else that of PATH; undefined when there is none. */
export async function findKubectl(): Promise<string | undefined> {
  const found = await findBinaries({ build: false });
  const beside = found.kind === "found" ? found.paths.get("kubectl") : undefined;
  const path = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "kubectl"));
  return [...(beside === undefined ? [] : [beside]), ...path].find(isExecutable);
}

/** The Kubernetes version that the module builds, such as `v1.36.3`. */
export function kubernetesVersion(): string {
  const version = /k8s\.io\/kubernetes (v\d+\.\d+\.\d+)/.exec(
    readFileSync(join(moduleFolder, "go.mod"), "utf8"),
  )?.[1];
  if (version === undefined)
    throw new Error(`${moduleFolder}/go.mod: expected a requirement of k8s.io/kubernetes`);
  return version;
}

/** The programs of one version of go.mod and go.sum; other versions lie beside it. */
export function cacheFolder(): string {
  const root = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const sums = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) sums.update(readFileSync(join(moduleFolder, file)));
  const key = `${kubernetesVersion()}-${process.platform}-${process.arch}-${sums.digest("hex").slice(0, 12)}`;
  return join(root, "sidecarset-kubewarden", "control-plane", key);
}

/** At a low priority, so that whatever else runs on the machine goes first. */
async function build(program: Program, path: string, signal: AbortSignal | undefined): Promise<Build> {
  const version = kubernetesVersion();
  const [major, minor] = version.slice(1).split(".");
  const versionPackage = "k8s.io/component-base/version";
  const ldflags = [
    "-s -w",
    `-X ${versionPackage}.gitVersion=${version}`,
    `-X ${versionPackage}.gitMajor=${major} -X ${versionPackage}.gitMinor=${minor}`,
  ].join(" ");
  const started = performance.now();
  const unfinished = `${path}.${process.pid}`;
  try {
    const flags = ["-trimpath", "-ldflags", ldflags, "-o", unfinished];
    await run("nice", ["-n", "10", "go", "build", ...flags, goPackages[program]], {
      cwd: moduleFolder,
      env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" },
      maxBuffer: 1 << 24,
      ...(signal && { signal }),
    });
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return { program, seconds: (performance.now() - started) / 1000, bytes: statSync(path).size };
}

function foundIn(
  folders: readonly string[],
  source: string,
): Extract<Binaries, { kind: "found" }> | undefined {
  const paths = new Map<Program, string>();
  for (const program of programs) {
    const path = folders.map((folder) => join(folder, program)).find(isExecutable);
    if (path !== undefined) paths.set(program, path);
  }
  return indispensable.every((program) => paths.has(program)) ? { kind: "found", source, paths } : undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

async function hasGo(): Promise<boolean> {
  try {
    await run("go", ["env", "GOVERSION"]);
    return true;
  } catch {
    return false;
  }
}
