import { StatusError, badRequest } from "../api/status-error.ts";
import { type Json, type JsonObject, copy, equal, isObject, shown } from "../json/value.ts";

/** Applies an RFC 6902 patch to a copy of `document`. A failing operation is a 422, a malformed patch a 400. */
export function applyJsonPatch(document: JsonObject, patch: Json): JsonObject {
  if (!Array.isArray(patch)) throw badRequest("json patch: expected an array of operations");
  const root: JsonObject = { root: copy(document) };
  for (const operation of patch) {
    if (!isObject(operation)) throw badRequest("json patch: expected every operation to be an object");
    applyOperation(root, operation);
  }
  const result = root["root"];
  if (!isObject(result)) throw unprocessable("the patched document is not an object");
  return result;
}

function applyOperation(root: JsonObject, operation: JsonObject): void {
  const path = pointer(operation, "path");
  const op = shown(operation["op"]);
  switch (op) {
    case "add":
      add(root, path, copy(operation["value"] ?? null));
      return;
    case "remove":
      remove(root, path);
      return;
    case "replace":
      remove(root, path);
      add(root, path, copy(operation["value"] ?? null));
      return;
    case "copy":
      add(root, path, copy(read(root, pointer(operation, "from"))));
      return;
    case "move":
      add(root, path, remove(root, pointer(operation, "from")));
      return;
    case "test":
      if (!equal(read(root, path), operation["value"])) {
        throw unprocessable(`testing value ${shown(operation["path"])} failed`);
      }
      return;
    default:
      throw badRequest(`json patch: unexpected kind: ${op}`);
  }
}

/** The steps of a JSON pointer below the holder's `root` member. */
function pointer(operation: JsonObject, member: string): string[] {
  const text = operation[member];
  if (typeof text !== "string" || (text !== "" && !text.startsWith("/"))) {
    throw badRequest(`json patch: ${member}: expected a JSON pointer, got ${JSON.stringify(text ?? null)}`);
  }
  const steps = text.split("/").slice(1);
  return ["root", ...steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))];
}

function read(root: Json, path: readonly string[]): Json {
  let current: Json | undefined = root;
  for (const step of path) {
    if (Array.isArray(current)) current = current[elementIndex(step, current.length - 1, path)];
    else if (isObject(current)) current = current[step];
    else current = undefined;
    if (current === undefined) throw missing(path);
  }
  return current;
}

function add(root: JsonObject, path: readonly string[], value: Json): void {
  const parent = read(root, path.slice(0, -1));
  const last = path.at(-1) ?? "";
  if (Array.isArray(parent)) {
    const index = last === "-" ? parent.length : elementIndex(last, parent.length, path);
    parent.splice(index, 0, value);
  } else if (isObject(parent)) parent[last] = value;
  else throw missing(path);
}

function remove(root: JsonObject, path: readonly string[]): Json {
  const parent = read(root, path.slice(0, -1));
  const removed = read(root, path);
  const last = path.at(-1) ?? "";
  if (Array.isArray(parent)) parent.splice(elementIndex(last, parent.length - 1, path), 1);
  else if (isObject(parent)) delete parent[last];
  return removed;
}

function elementIndex(step: string, highest: number, path: readonly string[]): number {
  const index = /^(0|[1-9]\d*)$/.test(step) ? Number(step) : -1;
  if (index < 0 || index > highest) throw missing(path);
  return index;
}

function missing(path: readonly string[]): StatusError {
  return unprocessable(`path /${path.slice(1).join("/")} does not exist`);
}

function unprocessable(why: string): StatusError {
  return new StatusError(
    422,
    "Invalid",
    `the server rejected our request due to an error in our request: ${why}`,
    {},
  );
}
