import assert from "node:assert/strict";
import { before, test } from "node:test";
import { document } from "./json/documents.ts";
import { type JsonGuest, jsonGuest, jsonModule, put } from "./json/guest.ts";
import { type Random, random, seedOfThisRun } from "./json/random.ts";
import { type Item, type Tree, nodes, tree } from "./json/tree.ts";

const seed = seedOfThisRun();
const documents = Number(process.env.FUZZ_SPLICES ?? 10_000);
// The guest never frees, so it gets a new instance now and then.
const DOCUMENTS_OF_ONE_INSTANCE = 500;
let module: WebAssembly.Module;

before(async () => {
  module = await jsonModule("simd");
});

/** What has been asked of one value. */
interface Wishes {
  replacement?: unknown;
  removed?: boolean;
  before?: unknown[];
  prepended?: unknown[];
  appended?: unknown[];
  members?: [string, unknown][];
}

type Plan = Map<Tree, Wishes>;

/** The value that a document has after the plan: what Splice promises, on JavaScript values. */
function edited(node: Tree, bytes: Buffer, plan: Plan): unknown {
  const wishes = plan.get(node) ?? {};
  if ("replacement" in wishes) return wishes.replacement;
  if (node.items === undefined) return JSON.parse(bytes.toString("utf8", node.start, node.end));
  if (node.isObject) {
    const kept = node.items.filter((item) => !plan.get(item.node)?.removed);
    const members = kept.map((item): [string, unknown] => [item.key ?? "", edited(item.node, bytes, plan)]);
    return Object.fromEntries([...members, ...(wishes.members ?? [])]);
  }
  const elements = node.items.flatMap((item) => {
    const own = plan.get(item.node);
    const kept = own?.removed ? [] : [edited(item.node, bytes, plan)];
    return [...(own?.before ?? []), ...kept];
  });
  return [...(wishes.prepended ?? []), ...elements, ...(wishes.appended ?? [])];
}

/** Makes one random edit, in the guest and in the plan. */
function edit(
  source: Random,
  guest: JsonGuest,
  parents: [Tree, Item][],
  containers: Tree[],
  plan: Plan,
): void {
  const give = (bytesOf: string) => {
    const bytes = Buffer.from(bytesOf);
    put(guest, guest.textBuffer(), bytes);
    return bytes.length;
  };
  const text = document(source, true);
  const added = parsed(text);
  const wishesOf = (node: Tree) => {
    const wishes = plan.get(node) ?? {};
    plan.set(node, wishes);
    return wishes;
  };
  const container = source.pick(containers);
  const wishes = wishesOf(container);
  const kind = source.below(parents.length === 0 ? 2 : 5);
  if (kind < 2 && container.isObject) {
    const name = `new${wishes.members?.length ?? 0}`;
    guest.appendRawMember(container.start, give(`"${name}":${text}`));
    (wishes.members ??= []).push([name, added]);
  } else if (kind === 0) {
    guest.append(container.start, give(text));
    (wishes.appended ??= []).push(added);
  } else if (kind === 1) {
    guest.prepend(container.start, give(text));
    (wishes.prepended ??= []).push(added);
  } else {
    const [parent, item] = source.pick(parents);
    const own = wishesOf(item.node);
    if (kind === 2) {
      // A removal and a replacement of one element are two edits of one range, of which the later would win.
      if (own.removed) return;
      guest.replaceValue(item.node.start, give(text));
      own.replacement = added;
    } else if (kind === 3) {
      // Members are removed by constant names, which are ASCII.
      if ("replacement" in own || (item.key !== undefined && !/^[\x20-\x7e]*$/.test(item.key))) return;
      if (parent.isObject) guest.removeMember(parent.start, give(item.key ?? ""));
      else guest.removeElement(item.node.start);
      own.removed = true;
    } else if (!parent.isObject) {
      guest.insertBefore(item.node.start, give(text));
      (own.before ??= []).push(added);
    }
  }
}

test(`spliced documents are the edited values, ${documents} documents (FUZZ_SEED=${seed})`, (t) => {
  const source = random(seed);
  let guest = jsonGuest(module);
  let edits = 0;
  for (let done = 0; done < documents; done++) {
    if (done % DOCUMENTS_OF_ONE_INSTANCE === 0) guest = jsonGuest(module);
    const bytes = Buffer.from(document(source, true));
    put(guest, guest.documentBuffer(), bytes);
    guest.beginSplice(bytes.length);
    const root = tree(bytes);
    const all = [...nodes(root)];
    const containers = all.filter((node) => node.items !== undefined);
    const parents = containers.flatMap((node) =>
      (node.items ?? []).map((item): [Tree, Item] => [node, item]),
    );
    const plan: Plan = new Map();
    const wanted = containers.length === 0 ? 0 : source.below(8);
    for (let i = 0; i < wanted; i++) edit(source, guest, parents, containers, plan);
    edits += wanted;
    const length = guest.writeSplice();
    const result = Buffer.from(guest.memory.buffer, guest.written(), length).toString();
    const where = `seed ${seed}, document ${done}: ${bytes.toString()} => ${result}`;
    if (wanted === 0) assert.equal(result, bytes.toString(), where);
    else assert.deepEqual(parsed(result), edited(root, bytes, plan), where);
  }
  t.diagnostic(`seed ${seed}: ${documents} documents, ${edits} edits`);
});

// Checked by JSON.parse and read by the reader that read the source: V8 13.6 (Node 24) answers the key `c\` for
// `{"a":1,"c\/":3}` after it has met `{"a":1,"c\\":3}` often enough.
function parsed(text: string): unknown {
  JSON.parse(text);
  const bytes = Buffer.from(text);
  return edited(tree(bytes), bytes, new Map());
}
