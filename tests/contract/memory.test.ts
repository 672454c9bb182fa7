import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PolicyModule } from "@kubewarden/as-sdk/host";
import { podOf, sidecarSetOf } from "../../bench/policy/payloads.ts";
import { PAYLOADS, POD_PAYLOAD } from "./payloads.ts";
import { WASM, at, list, podRequest, setRequest } from "./policy.ts";

const MEBIBYTE = 1024 * 1024;
const encoder = new TextEncoder();

let memory = 0;
const policy = new PolicyModule(new WebAssembly.Module(readFileSync(WASM)), {
  memory: (bytes) => {
    memory = bytes;
  },
});

/** The budget that docs/design.md states; the payload is the request with the settings, and what the host answered. */
function assertWithinBudget(what: string, operation: string, text: string, hostAnswer?: Uint8Array): void {
  const payload = encoder.encode(text);
  policy.call(operation, payload, hostAnswer && (() => hostAnswer));
  const budget = 3 * (payload.length + (hostAnswer?.length ?? 0)) + MEBIBYTE;
  assert.ok(memory <= budget, `${what}: expected at most ${budget} bytes of memory, took ${memory}`);
}

const HASHES = {
  "kruise.io/sidecarset-hash": "h".repeat(64),
  "kruise.io/sidecarset-hash-without-image": "w".repeat(64),
};

interface Sets {
  readonly count: number;
  readonly matching: number;
  /** Whether the sets carry hashes, as the controller writes them. */
  readonly normalised: boolean;
}

function settingsOf({ count, matching, normalised }: Sets): { sidecarSets: object[] } {
  const sidecarSets = Array.from({ length: count }, (_, index) => {
    const sidecarSet = sidecarSetOf(index, index < matching ? "bench" : `other-${index}`);
    if (!normalised) return sidecarSet;
    return { ...sidecarSet, metadata: { name: at(sidecarSet, "metadata", "name"), annotations: HASHES } };
  });
  return { sidecarSets };
}

/** A Pod of about that size; making large ones piece by piece would take long. */
function podOfKilobytes(size: number): object {
  if (size <= 100) return podOf(size * 1024);
  const containers = list(at(podOf(100 * 1024), "spec", "containers"));
  return {
    ...podOf(1024),
    spec: { containers: Array.from({ length: size / 100 }, () => containers).flat() },
  };
}

for (const podKilobytes of [5, 20, 100, 1000]) {
  test(`a Pod of ${podKilobytes} KB stays within the memory budget`, () => {
    const request = podRequest(podOfKilobytes(podKilobytes));
    for (const count of [1, 10, 100, 1000]) {
      for (const matching of new Set([0, 1, Math.min(count, 100)])) {
        for (const normalised of [true, false]) {
          const settings = settingsOf({ count, matching, normalised });
          const what = `${matching} of ${count} sets, ${normalised ? "normalised" : "handwritten"}`;
          assertWithinBudget(what, "validate", JSON.stringify({ request, settings }));
        }
      }
    }
  });
}

test("judging settings stays within the memory budget", () => {
  for (const normalised of [true, false]) {
    const settings = settingsOf({ count: 1000, matching: 1000, normalised });
    assertWithinBudget(`normalised: ${normalised}`, "validate_settings", JSON.stringify(settings));
  }
});

test("a SidecarSet among many neighbours stays within the memory budget", () => {
  const { sidecarSets } = settingsOf({ count: 1000, matching: 1000, normalised: false });
  const request = setRequest(sidecarSetOf(1, "bench"));
  const list = encoder.encode(JSON.stringify({ items: sidecarSets }));
  assertWithinBudget("of the cluster", "validate", JSON.stringify({ request, settings: {} }), list);
  assertWithinBudget("of the settings", "validate", JSON.stringify({ request, settings: { sidecarSets } }));
});

for (const [what, [operation, payload]] of Object.entries(PAYLOADS)) {
  test(`${what} with long texts stays within the memory budget`, () => {
    const text = JSON.stringify(payload);
    for (const part of new Set(text.match(/"[^"\\]+"/g))) {
      const long = `"${"x".repeat(5000)}"`;
      assertWithinBudget(part, operation, text.replace(part, long));
      assertWithinBudget(`every ${part}`, operation, text.replaceAll(part, long));
    }
  });
}

test("many items stay within the memory budget", () => {
  const many = Array.from({ length: 2000 }, (_, index) => ({ name: `c${index}`, image: "i:1" }));
  const request = podRequest({ ...podOf(1024), spec: { containers: many } });
  assertWithinBudget("containers", "validate", JSON.stringify({ ...POD_PAYLOAD, request }));
  const empty = Array.from({ length: 5000 }, () => ({
    spec: { selector: { matchLabels: { app: "bench" } } },
  }));
  const settings = { sidecarSets: empty };
  assertWithinBudget(
    "broken sets",
    "validate",
    JSON.stringify({ request: podRequest(podOf(1024)), settings }),
  );
});
