import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError, Option } from "commander";
import { type LogLevel, logLevels } from "./observability/pino-logger.ts";

/** How the controller process was asked to run. */
export interface Config {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** Name of the ClusterAdmissionPolicy that injects. */
  readonly policy: string;
  /** Namespace of Kubewarden's PolicyServers. */
  readonly kubewardenNamespace: string;
  /** Namespace of the ControllerRevisions. */
  readonly revisionNamespace: string;
  /** Namespace from which OpenKruise's revisions are taken over; "" takes none. */
  readonly adoptRevisionsFrom: string;
  readonly besideOpenKruise: boolean;
  /** Path of the policy's Wasm. */
  readonly policyModule: string;
  readonly settingsIntervalMs: number;
  readonly settingsLimitBytes: number;
  readonly statusIntervalMs: number;
  /** Namespace of the Lease by which replicas elect a leader; undefined for a process that is alone. */
  readonly leaseNamespace: string | undefined;
  readonly leaseDurationMs: number;
  readonly workers: number;
  readonly podWritesAtOnce: number;
  readonly writesPerSecond: number;
  readonly metricsPort: number;
  readonly healthPort: number;
  readonly logLevel: LogLevel;
}

/** What to do about a command line: run, or leave with this code after what was printed. */
export type Invocation =
  | { readonly kind: "run"; readonly config: Config }
  | { readonly kind: "exit"; readonly code: 0 | 2 };

const builtPolicy = fileURLToPath(new URL("../build/policy.wasm", import.meta.url));

/**
 * Reads flags and, for those not given, the environment variables that the help names. Prints the help or what is wrong;
 * wrong configuration is code 2. `argv` is without node and script.
 */
export function readConfig(argv: readonly string[], output?: Output): Invocation {
  const command = controllerCommand();
  if (output !== undefined) command.configureOutput({ writeOut: output.out, writeErr: output.err });
  try {
    command.parse([...argv], { from: "user" });
  } catch (error) {
    if (error instanceof Error && "exitCode" in error) {
      return { kind: "exit", code: error.exitCode === 0 ? 0 : 2 };
    }
    throw error;
  }
  return { kind: "run", config: toConfig(command.opts<Options>()) };
}

/** Options under the names that commander derives from the flags. */
interface Options {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly policy: string;
  readonly kubewardenNamespace: string;
  readonly revisionNamespace: string;
  readonly adoptRevisionsFrom: string;
  readonly besideOpenkruise: boolean;
  readonly policyModule: string;
  readonly settingsInterval: number;
  readonly settingsLimit: number;
  readonly statusInterval: number;
  readonly leaderElect: boolean;
  readonly leaseNamespace: string;
  readonly leaseDuration: number;
  readonly workers: number;
  readonly podWrites: number;
  readonly writeRate: number;
  readonly metricsPort: number;
  readonly healthPort: number;
  readonly logLevel: LogLevel;
}

function toConfig({ kubeconfig, context, ...options }: Options): Config {
  const { policy, kubewardenNamespace, policyModule, workers, metricsPort, healthPort, logLevel } = options;
  return {
    kubeconfig,
    context,
    policy,
    kubewardenNamespace,
    revisionNamespace: options.revisionNamespace,
    adoptRevisionsFrom: options.adoptRevisionsFrom,
    besideOpenKruise: options.besideOpenkruise,
    policyModule,
    settingsIntervalMs: options.settingsInterval,
    settingsLimitBytes: options.settingsLimit,
    statusIntervalMs: options.statusInterval,
    leaseNamespace: options.leaderElect ? options.leaseNamespace : undefined,
    leaseDurationMs: options.leaseDuration,
    workers,
    podWritesAtOnce: options.podWrites,
    writesPerSecond: options.writeRate,
    metricsPort,
    healthPort,
    logLevel,
  };
}

/** Where help and complaints go; standard output and error when not given. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

function controllerCommand(): Command {
  const option = (flags: string, description: string, env: string): Option =>
    new Option(flags, description).env(`SIDECARSET_${env}`);
  return new Command("sidecarset-controller")
    .description(
      "Keeps the SidecarSet policy's settings fresh, upgrades sidecar images in running Pods and writes SidecarSet status.",
    )
    .addOption(
      new Option(
        "--kubeconfig <file>",
        "kubeconfig (default: $KUBECONFIG, the service account, ~/.kube/config)",
      ),
    )
    .addOption(option("--context <name>", "context of the kubeconfig (default: its current one)", "CONTEXT"))
    .addOption(
      option(
        "--policy <name>",
        "ClusterAdmissionPolicy whose settings hold the SidecarSets",
        "POLICY",
      ).default("sidecarset-injection"),
    )
    .addOption(
      option(
        "--kubewarden-namespace <name>",
        "namespace of the PolicyServers",
        "KUBEWARDEN_NAMESPACE",
      ).default("kubewarden"),
    )
    .addOption(
      option(
        "--revision-namespace <name>",
        "namespace of the ControllerRevisions of SidecarSets",
        "REVISION_NAMESPACE",
      ).default("sidecarset-system"),
    )
    .addOption(
      option(
        "--adopt-revisions-from <name>",
        'namespace from which revisions that OpenKruise kept are copied, "" for none',
        "ADOPT_REVISIONS_FROM",
      ).default("kruise-system"),
    )
    .addOption(
      option(
        "--beside-openkruise",
        "work although OpenKruise is at work, because it leaves SidecarSets alone",
        "BESIDE_OPENKRUISE",
      ).default(false),
    )
    .addOption(
      option(
        "--policy-module <file>",
        "the policy's Wasm, the one that admission runs",
        "POLICY_MODULE",
      ).default(builtPolicy),
    )
    .addOption(
      option(
        "--settings-interval <duration>",
        "least time between two writes of the settings; each restarts the PolicyServer",
        "SETTINGS_INTERVAL",
      )
        .argParser(duration)
        .default(60_000, "60s"),
    )
    .addOption(
      option(
        "--settings-limit <bytes>",
        "largest settings; all policies of a PolicyServer share a ConfigMap of 1 MiB",
        "SETTINGS_LIMIT",
      )
        .argParser(count)
        .default(900 * 1024),
    )
    .addOption(
      option(
        "--status-interval <duration>",
        "least time between two status writes to a set",
        "STATUS_INTERVAL",
      )
        .argParser(duration)
        .default(1_000, "1s"),
    )
    .addOption(
      option(
        "--leader-elect",
        "work only while holding the Lease sidecarset-controller",
        "LEADER_ELECT",
      ).default(false),
    )
    .addOption(
      option("--lease-namespace <name>", "namespace of the Lease", "LEASE_NAMESPACE").default(
        "sidecarset-system",
      ),
    )
    .addOption(
      option(
        "--lease-duration <duration>",
        "without a renewal for so long, another replica takes over",
        "LEASE_DURATION",
      )
        .argParser(leaseDuration)
        .default(15_000, "15s"),
    )
    .addOption(
      option("--workers <count>", "SidecarSets worked on at once", "WORKERS").argParser(positive).default(3),
    )
    .addOption(
      option("--pod-writes <count>", "Pods of one set written to at once", "POD_WRITES")
        .argParser(positive)
        .default(8),
    )
    .addOption(
      option("--write-rate <count>", "writes to the API server a second, all in all", "WRITE_RATE")
        .argParser(positive)
        .default(50),
    )
    .addOption(
      option("--metrics-port <port>", "port of /metrics; 0 takes a free one", "METRICS_PORT")
        .argParser(port)
        .default(8080),
    )
    .addOption(
      option(
        "--health-port <port>",
        "port of /livez, /healthz and /readyz; 0 takes a free one",
        "HEALTH_PORT",
      )
        .argParser(port)
        .default(8081),
    )
    .addOption(
      option("--log-level <level>", "least level that is logged", "LOG_LEVEL")
        .choices(logLevels)
        .default("info"),
    )
    .addHelpText(
      "after",
      "\nDurations are numbers with ms, s or m. Exit codes: 0 stopped, 1 broken down or Lease lost, 2 wrong configuration.",
    )
    .exitOverride();
}

function duration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  if (number === undefined)
    throw new InvalidArgumentError('expected a number with ms, s or m, such as "60s"');
  return Number(number) * (unit === "ms" ? 1 : unit === "s" ? 1_000 : 60_000);
}

/** The Lease tells it in whole seconds. */
function leaseDuration(text: string): number {
  const ms = duration(text);
  if (ms < 1_000) throw new InvalidArgumentError("expected at least 1s");
  return ms;
}

function count(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("expected a whole number");
  return Number(text);
}

function positive(text: string): number {
  const number = count(text);
  if (number === 0) throw new InvalidArgumentError("expected a whole number above 0");
  return number;
}

function port(text: string): number {
  const number = count(text);
  if (number > 65_535) throw new InvalidArgumentError("expected a port of at most 65535");
  return number;
}
