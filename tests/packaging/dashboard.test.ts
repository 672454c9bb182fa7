import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Metrics } from "../../controller/observability/metrics.ts";

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: Readonly<Record<"h" | "w" | "x" | "y", number>>;
  readonly targets?: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: string | { readonly query: string } }[];
  };
}

const dashboard: Dashboard = JSON.parse(
  readFileSync(new URL("../../policy/grafana/dashboard.json", import.meta.url), "utf8"),
);
const { panels, templating } = dashboard;

/** What is called in the queries, and words of PromQL; `le`, `job` and the like stand in braces or behind `by`. */
const words = new Set(["by", "sum", "max", "rate", "histogram_quantile", "label_values"]);

test("every metric that the dashboard asks for is one of the controller's", async () => {
  const exported = new Set<string>();
  for (const { name, type } of await new Metrics().registry.getMetricsAsJSON()) {
    // The declared type is an enum of numbers; the value is the word.
    const suffixes = String(type) === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
    for (const suffix of suffixes) exported.add(name + suffix);
  }
  const asked = [
    ...panels.flatMap(({ targets }) => targets ?? []).map(({ expr }) => expr),
    ...templating.list.map(({ query }) => (typeof query === "string" ? "" : query.query)),
  ].flatMap(metricsIn);
  assert.ok(asked.length > 20, `${asked.length} metrics found in the queries`);
  assert.deepEqual(
    asked.filter((name) => !exported.has(name)),
    [],
  );
});

test("panels have ids of their own and do not lie over each other", () => {
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const places = new Set<string>();
  for (const { title, gridPos } of panels) {
    assert.ok(gridPos.x + gridPos.w <= 24, title);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        assert.ok(!places.has(`${x} ${y}`), `${title} at ${x}, ${y}`);
        places.add(`${x} ${y}`);
      }
    }
  }
});

/** Names of a query that are neither called nor in braces, brackets, strings or behind `by`. */
function metricsIn(query: string): readonly string[] {
  const bare = query.replace(/\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)|label_values\((\w+)[^)]*\)/g, " $1 ");
  return [...bare.matchAll(/[a-zA-Z_]\w*/g)].map(([name]) => name).filter((name) => !words.has(name));
}
