import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ApiClient } from "../control-plane/api-client.ts";

/** The parts of a Pod with one container that say what its process finds in files and in its environment. */
export interface MountingPod {
  readonly metadata: { readonly namespace: string };
  readonly spec: {
    readonly containers: readonly {
      readonly env?: readonly { readonly name: string; readonly value?: string }[];
      readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
    }[];
    readonly volumes?: readonly Volume[];
  };
}

interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string; readonly items?: readonly Item[] };
  readonly secret?: { readonly secretName: string };
  readonly emptyDir?: object;
  readonly projected?: object;
}

interface Item {
  readonly key: string;
  readonly path: string;
}

/**
 * Writes what the volumes of a Pod hold at this moment into a folder, anew, and answers the container's environment with
 * its mount paths replaced by those of the folder.
 */
export async function mount(
  client: ApiClient,
  pod: MountingPod,
  folder: string,
): Promise<Record<string, string>> {
  rmSync(folder, { recursive: true, force: true });
  const { env = [], volumeMounts = [] } = pod.spec.containers[0] ?? {};
  const paths = new Map<string, string>();
  for (const { name, mountPath } of volumeMounts) {
    const volume = pod.spec.volumes?.find((candidate) => candidate.name === name);
    const path = join(folder, mountPath);
    mkdirSync(path, { recursive: true });
    paths.set(mountPath, path);
    for (const [file, content] of await filesOf(client, pod.metadata.namespace, volume)) {
      writeFileSync(join(path, file), content, { mode: 0o600 });
    }
  }
  const inFolder = (value: string): string => {
    const mounted = [...paths].find(([path]) => value === path || value.startsWith(`${path}/`));
    return mounted === undefined ? value : mounted[1] + value.slice(mounted[0].length);
  };
  return Object.fromEntries(env.map(({ name, value = "" }) => [name, inFolder(value)]));
}

async function filesOf(
  client: ApiClient,
  namespace: string,
  volume: Volume | undefined,
): Promise<[file: string, content: Buffer | string][]> {
  if (volume?.configMap !== undefined) {
    const { name, items } = volume.configMap;
    const { data = {} } = await read(client, `/api/v1/namespaces/${namespace}/configmaps/${name}`);
    const wanted = items ?? Object.keys(data).map((key) => ({ key, path: key }));
    return wanted.map(({ key, path }) => [path, data[key] ?? ""]);
  }
  if (volume?.secret !== undefined) {
    const path = `/api/v1/namespaces/${namespace}/secrets/${volume.secret.secretName}`;
    const { data = {} } = await read(client, path);
    return Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64")]);
  }
  // Projected is the account's token, for which a kubeconfig stands.
  if (volume?.emptyDir !== undefined || volume?.projected !== undefined) return [];
  throw new Error(`volume ${volume?.name}: expected a configMap, a secret, an emptyDir or projected`);
}

async function read(client: ApiClient, path: string): Promise<{ data?: Record<string, string> }> {
  const { status, body } = await client.get(path);
  if (status !== 200) throw new Error(`GET ${path}: expected 200, got ${status} ${body.message}`);
  return body;
}
