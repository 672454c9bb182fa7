#!/usr/bin/env node
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { PolicyModule } from "@kubewarden/as-sdk/host";
import { type Config, readConfig } from "./config.ts";
import type { ClusterAccess } from "./k8s/cluster-access.ts";
import { loadAccess } from "./k8s/kubeconfig.ts";
import { defaultWriteLimits } from "./k8s/write-limits.ts";
import type { Logger } from "./observability/logger.ts";
import { Metrics } from "./observability/metrics.ts";
import { pinoLogger } from "./observability/pino-logger.ts";
import { startProbeServer } from "./observability/probe-server.ts";
import { systemClock } from "./runtime/clock.ts";
import { electionTimes } from "./runtime/leader-election.ts";
import { startController } from "./shell/start-controller.ts";

/** What the process leaves with. */
type ExitCode = 0 | 1 | 2;

const invocation = readConfig(process.argv.slice(2));
process.exitCode = invocation.kind === "exit" ? invocation.code : await main(invocation.config);

async function main(config: Config): Promise<ExitCode> {
  const logger = pinoLogger(config.logLevel);
  let parts: Parts;
  try {
    parts = await load(config);
  } catch (err) {
    logger.error({ err }, "Wrong configuration");
    return 2;
  }
  try {
    await run(config, parts, logger);
    return 0;
  } catch (err) {
    logger.error({ err }, "Broken down");
    return 1;
  }
}

interface Parts {
  readonly access: ClusterAccess;
  readonly policyModule: PolicyModule;
}

async function load(config: Config): Promise<Parts> {
  const { kubeconfig, context } = config;
  const choice = {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  };
  const policyModule = await PolicyModule.load(config.policyModule);
  return { access: await loadAccess(choice, process.env, systemClock), policyModule };
}

/** Resolves after an orderly end; a second signal does not wait for it. */
async function run(config: Config, { access, policyModule }: Parts, logger: Logger): Promise<void> {
  const metrics = new Metrics();
  const { leaseNamespace, leaseDurationMs } = config;
  const { policy, kubewardenNamespace, settingsIntervalMs, settingsLimitBytes, statusIntervalMs } = config;
  const { workers, podWritesAtOnce, revisionNamespace, adoptRevisionsFrom, besideOpenKruise } = config;
  logger.info(
    { server: access.server.href, policy, policyModule: config.policyModule },
    "Starting controller",
  );
  const controller = startController({
    access,
    policyModule,
    policy,
    kubewardenNamespace,
    revisionNamespace,
    adoptRevisionsFrom,
    besideOpenKruise,
    settingsIntervalMs,
    settingsLimitBytes,
    statusIntervalMs,
    workers,
    podWritesAtOnce,
    ...(leaseNamespace !== undefined && {
      election: {
        namespace: leaseNamespace,
        identity: newIdentity(),
        times: electionTimes(leaseDurationMs),
      },
    }),
    client: { writeLimits: { ...defaultWriteLimits, perSecond: config.writesPerSecond } },
    logger,
    metrics,
  });
  const { live, ready } = controller;
  const servers = await Promise.all([
    startProbeServer({ port: config.healthPort, live, ready }),
    startProbeServer({ port: config.metricsPort, metrics: metrics.registry }),
  ]);
  logger.info({ healthPort: servers[0].port, metricsPort: servers[1].port }, "Serving probes and metrics");
  try {
    await Promise.race([controller.finished, interruption(logger)]);
  } finally {
    await controller.close();
    await Promise.all(servers.map((server) => server.close()));
  }
  logger.info({}, "Stopped");
}

/** The name of the Pod, and a part that another process under the same name does not have. */
function newIdentity(): string {
  return `${hostname()}_${randomUUID()}`;
}

function interruption(logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    const stop = (signal: NodeJS.Signals): void => {
      signals += 1;
      if (signals > 1) process.exit(1);
      logger.info({ signal }, "Stopping");
      resolve();
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
  });
}
