import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { FuzzCase } from "./case.ts";

const FOLDER = new URL("../fixtures/", import.meta.url);

/** A case that broke a promise once, as it is kept: text where the payload is UTF-8. */
interface Fixture {
  readonly broken: string;
  readonly operation: string;
  readonly host: string | null;
  readonly text?: string;
  readonly base64?: string;
}

/** Keeps a case for good. Answers the name of its file. */
export function writeFixture({ operation, host, payload }: FuzzCase, broken: string): string {
  const text = new TextDecoder().decode(payload);
  const isText = Buffer.compare(Buffer.from(text), payload) === 0;
  const body = isText ? { text } : { base64: Buffer.from(payload).toString("base64") };
  const fixture: Fixture = { broken, operation, host: host ?? null, ...body };
  const name = `${createHash("sha256").update(payload).digest("hex").slice(0, 12)}.json`;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(new URL(name, FOLDER), `${JSON.stringify(fixture, null, 2)}\n`);
  return name;
}

/** Every case that is kept, by the name of its file. */
export function readFixtures(): [name: string, kept: FuzzCase][] {
  return globSync("*.json", { cwd: FOLDER }).map((name) => {
    const fixture: Fixture = JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));
    const payload = Uint8Array.from(
      Buffer.from(fixture.text ?? fixture.base64 ?? "", fixture.text === undefined ? "base64" : "utf8"),
    );
    return [name, { operation: fixture.operation, host: fixture.host ?? undefined, payload }];
  });
}
