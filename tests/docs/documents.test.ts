import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { reasons } from "../../controller/core/reason.ts";

const documents = ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...globSync("docs/**/*.md")];

test("docs/errors.md has a row for every condition reason, and no other", () => {
  const section = readFileSync("docs/errors.md", "utf8").split("\n## ")[1] ?? "";
  const documented = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason);
  assert.deepEqual(new Set(documented), new Set(Object.values(reasons)));
});

test("every npm script that a document names exists", () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync("package.json", "utf8"));
  for (const document of documents) {
    for (const [, script = ""] of readFileSync(document, "utf8").matchAll(/npm run ([\w:-]+)/g)) {
      assert.ok(script in scripts, `${document} names npm run ${script}`);
    }
  }
});

test("every relative link of a document leads to a file", () => {
  for (const document of [...documents, "as-sdk/README.md", "sandbox/README.md"]) {
    for (const [, target = ""] of readFileSync(document, "utf8").matchAll(
      /\]\((?!https?:|#)([^)#]+)[^)]*\)/g,
    )) {
      assert.ok(existsSync(join(dirname(document), target)), `${document} links to ${target}`);
    }
  }
});

test("decisions are numbered without gaps, in their names and in their titles", () => {
  const pages = globSync("docs/adr/[0-9]*.md").toSorted();
  const numbers = pages.map((page) => Number(/(\d{4})-[\w-]+\.md$/.exec(page)?.[1]));
  assert.deepEqual(
    numbers,
    pages.map((_, index) => index + 1),
  );
  pages.forEach((page, index) => {
    assert.ok(readFileSync(page, "utf8").startsWith(`# ${index + 1}. `), `${page} has number ${index + 1}`);
  });
});

test("the README shows the SidecarSet of the example that the walkthrough plays", () => {
  const shown = /```yaml\n([\s\S]*?)```/.exec(readFileSync("README.md", "utf8"))?.[1];
  assert.equal(shown?.trim(), exampleText("sidecarset.yaml"));
});

/** An example without its leading comment lines. */
function exampleText(name: string): string {
  return readFileSync(`policy/examples/${name}`, "utf8")
    .replace(/^(#.*\n)+/, "")
    .trim();
}
