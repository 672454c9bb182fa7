/** Preloaded into a measured process: files of the Pod's service account are read from the folder of `folderVariable`. */
import files from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { basename, join } from "node:path";
import { folderVariable } from "./pod-environment.ts";

const { readFile } = files;
const folder = process.env[folderVariable] ?? "";
const mounted = "/var/run/secrets/kubernetes.io/serviceaccount/";

Object.assign(files, {
  readFile: (path: unknown, ...rest: readonly never[]) =>
    readFile(
      typeof path === "string" && path.startsWith(mounted) ? join(folder, basename(path)) : String(path),
      ...rest,
    ),
});
syncBuiltinESMExports();
