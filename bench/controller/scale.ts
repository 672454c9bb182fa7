/**
 * The controller as a process of its own against a server that plays a fleet of Pods, both on this machine and over TLS:
 * memory, CPU and API calls of the first list, of events that matter and events that do not, and of one image rolled
 * through all Pods.
 *
 * Usage: `npm run bench:scale -- [--pods 10000] [--sets 1] [--format protobuf] [--lists streamed]
 * [--stages rest,events,latency,roll] [--max-unavailable 10%] [--node-flag=FLAG ...]`.
 * The first four take several values, joined by commas. Every combination is run, and compared with the first one.
 */
import { parseArgs } from "node:util";
import { PolicyModule } from "@kubewarden/as-sdk/host";
import { Normalizer } from "../../controller/policy/normalizer.ts";
import { policyFile } from "../../sandbox/project.ts";
import { runFleet, type Variant } from "./fleet-run.ts";

const { values } = parseArgs({
  options: {
    pods: { type: "string", default: "10000" },
    sets: { type: "string", default: "1" },
    format: { type: "string", default: "protobuf" },
    lists: { type: "string", default: "streamed" },
    stages: { type: "string", default: "rest,events,latency,roll" },
    "max-unavailable": { type: "string", default: "10%" },
    "node-flag": { type: "string", multiple: true, default: [] },
  },
});

const variants: readonly Variant[] = values.pods.split(",").flatMap((pods) =>
  values.sets.split(",").flatMap((sets) =>
    values.format.split(",").flatMap((format) =>
      values.lists.split(",").map((lists) => ({
        pods: Number(pods),
        sets: Number(sets),
        format: oneOf(format, ["protobuf", "json"]),
        lists: oneOf(lists, ["streamed", "paged"]),
      })),
    ),
  ),
);
const normalizer = new Normalizer(await PolicyModule.load(policyFile));
let first: ReadonlyMap<string, number> | undefined;
for (const variant of variants) {
  const { pods, sets, format, lists } = variant;
  console.log(`\n${pods} Pods, SidecarSets: ${sets}, ${format}, lists ${lists}`);
  const figures = new Map<string, number>();
  await runFleet(variant, {
    stages: new Set(values.stages.split(",")),
    normalizer,
    nodeFlags: values["node-flag"],
    maxUnavailable: values["max-unavailable"],
    note(figure, value) {
      figures.set(figure, value);
      const base = first?.get(figure);
      const ratio = base === undefined || base === 0 ? "" : `x ${(value / base).toFixed(2)}`;
      console.log(`${figure.padEnd(48)} ${textOf(value).padStart(9)}  ${ratio}`.trimEnd());
    },
  });
  first ??= figures;
}

function oneOf<T extends string>(value: string, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new Error(`expected one of ${known.join(", ")}, got ${value}`);
  return found;
}

function textOf(value: number): string {
  return Number.isInteger(value) || value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
