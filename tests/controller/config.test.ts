import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { readConfig } from "../../controller/config.ts";

function read(...argv: readonly string[]) {
  const texts = { out: "", err: "" };
  const invocation = readConfig(argv, {
    out: (text) => (texts.out += text),
    err: (text) => (texts.err += text),
  });
  return { invocation, ...texts };
}

function environment(t: TestContext, name: string, value: string): void {
  process.env[name] = value;
  t.after(() => delete process.env[name]);
}

test("defaults", () => {
  const { invocation } = read();
  assert.ok(invocation.kind === "run");
  const { policyModule, ...config } = invocation.config;
  assert.match(policyModule, /build\/policy\.wasm$/);
  assert.deepEqual(config, {
    kubeconfig: undefined,
    context: undefined,
    policy: "sidecarset-injection",
    kubewardenNamespace: "kubewarden",
    revisionNamespace: "sidecarset-system",
    adoptRevisionsFrom: "kruise-system",
    besideOpenKruise: false,
    settingsIntervalMs: 60_000,
    settingsLimitBytes: 921_600,
    statusIntervalMs: 1_000,
    leaseNamespace: undefined,
    leaseDurationMs: 15_000,
    workers: 3,
    podWritesAtOnce: 8,
    writesPerSecond: 50,
    metricsPort: 8080,
    healthPort: 8081,
    logLevel: "info",
  });
});

test("flags, and the environment for those not given", (t) => {
  environment(t, "SIDECARSET_SETTINGS_INTERVAL", "1.5m");
  environment(t, "SIDECARSET_WORKERS", "9");
  const { invocation } = read("--workers", "5", "--status-interval", "250ms", "--log-level", "debug");
  assert.ok(invocation.kind === "run");
  const { settingsIntervalMs, workers, statusIntervalMs, logLevel } = invocation.config;
  assert.deepEqual(
    { settingsIntervalMs, workers, statusIntervalMs, logLevel },
    { settingsIntervalMs: 90_000, workers: 5, statusIntervalMs: 250, logLevel: "debug" },
  );
});

test("help tells every environment variable and leaves with 0", () => {
  const { invocation, out } = read("--help");
  assert.deepEqual(invocation, { kind: "exit", code: 0 });
  assert.match(out.replaceAll(/\s+/g, " "), /SIDECARSET_POLICY_MODULE.*SIDECARSET_LOG_LEVEL.*Exit codes/);
});

test("wrong configuration is told and leaves with 2", () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [["--workers", "0"], /expected a whole number above 0/],
    [["--settings-interval", "60"], /expected a number with ms, s or m/],
    [["--lease-duration", "500ms"], /expected at least 1s/],
    [["--metrics-port", "70000"], /expected a port/],
    [["--log-level", "loud"], /Allowed choices/],
    [["--unknown"], /unknown option/],
    [["extra"], /too many arguments/],
  ];
  for (const [argv, message] of cases) {
    const { invocation, err } = read(...argv);
    assert.deepEqual(invocation, { kind: "exit", code: 2 }, argv.join(" "));
    assert.match(err, message);
  }
});
