import { expectPart, inject, injectAll, sidecarSet } from "./inject";

const V4 =
  '{"name":"large-engine-v4","resources":{"limits":{"cpu":"200m","memory":"200Mi"},"requests":{"cpu":"50m","memory":"100Mi"}}}';
const V8 =
  '{"name":"large-engine-v8","resources":{"limits":{"cpu":"400m","memory":"400Mi"},"requests":{"cpu":"100m","memory":"200Mi"}}}';
const V4_WITHOUT_CPU =
  '{"name":"large-engine-v4","resources":{"limits":{"memory":"200Mi"},"requests":{"cpu":"50m","memory":"100Mi"}}}';
const EXPRESSIONS =
  '"resourcesExpr":{"limits":{"cpu":"max(cpu*50%, 50m)","memory":"200Mi"},"requests":{"cpu":"max(cpu*50%, 50m)","memory":"100Mi"}}';

function set(mode: string, regex: string, expressions: string = EXPRESSIONS): string {
  return sidecarSet(
    "a",
    '"containers":[{"name":"log","resources":{"claims":[]},"resourcesPolicy":{"targetContainersMode":"' +
      mode +
      '","targetContainersNameRegex":"' +
      regex +
      '",' +
      expressions +
      "}}]",
  );
}

function pod(containers: string): string {
  return '{"metadata":{},"spec":{"containers":[' + containers + "]}}";
}

describe("resourcesPolicy", () => {
  it("counts the containers whose name matches", () => {
    expectPart(
      inject(set("sum", "^large-engine-v4$"), pod(V4 + "," + V8)),
      '"resources":{"limits":{"cpu":"100m","memory":"200Mi"},"requests":{"cpu":"50m","memory":"100Mi"}}',
    );
  });

  it("sums", () => {
    expectPart(
      inject(set("sum", "^large-engine-v.*$"), pod(V4 + "," + V8)),
      '"resources":{"limits":{"cpu":"300m","memory":"200Mi"},"requests":{"cpu":"75m","memory":"100Mi"}}',
    );
  });

  it("takes the maximum", () => {
    expectPart(
      inject(set("max", "engine"), pod(V4 + "," + V8)),
      '"resources":{"limits":{"cpu":"200m","memory":"200Mi"},"requests":{"cpu":"50m","memory":"100Mi"}}',
    );
  });

  it("sets no limit where one container is unlimited", () => {
    expectPart(
      inject(set("sum", ".*"), pod(V4_WITHOUT_CPU + "," + V8)),
      '"resources":{"limits":{"memory":"200Mi"},"requests":{"cpu":"75m","memory":"100Mi"}}',
    );
  });

  it("takes a limit of zero for a limit", () => {
    const expressions = '"resourcesExpr":{"limits":{"cpu":"cpu + 100m"}}';
    const none = '{"name":"app","resources":{"limits":{"cpu":"0"}}}';
    expectPart(inject(set("sum", ".*", expressions), pod(none)), '"resources":{"limits":{"cpu":"100m"}}');
    expectPart(inject(set("max", ".*", expressions), pod(none)), '"resources":{"limits":{"cpu":"100m"}}');
  });

  it("sets requests from nothing, and nothing where no expression is given", () => {
    const expressions = '"resourcesExpr":{"limits":{"cpu":"cpu"},"requests":{"cpu":"cpu","memory":""}}';
    expectPart(
      inject(set("sum", ".*", expressions), pod('{"name":"app"}')),
      '"resources":{"requests":{"cpu":"0"}}',
    );
  });

  it("counts native sidecars of the Pod, plain init containers and injected ones not", () => {
    const init =
      '{"name":"app-1","restartPolicy":"Always","resources":{"limits":{"cpu":"400m","memory":"800Mi"},"requests":{"cpu":"200m","memory":"400Mi"}}},' +
      '{"name":"app-3","resources":{"limits":{"cpu":"9","memory":"9Gi"}}}';
    const app =
      '{"name":"app-2","resources":{"limits":{"cpu":"600m","memory":"1200Mi"},"requests":{"cpu":"300m","memory":"600Mi"}}}';
    const native = sidecarSet(
      "n",
      '"initContainers":[{"name":"mesh","restartPolicy":"Always","resourcesPolicy":{"targetContainersMode":"sum","targetContainersNameRegex":"^app.*$",' +
        '"resourcesExpr":{"limits":{"cpu":"max(cpu*30%, 50m)","memory":"max(memory*25%, 100Mi)"},"requests":{"cpu":"cpu*20%","memory":"memory*15%"}}}}]',
    );
    const other = sidecarSet("o", '"containers":[{"name":"app-4"}]');
    const submitted =
      '{"metadata":{},"spec":{"initContainers":[' +
      init +
      '],"containers":[' +
      app +
      ',{"name":"app-4","resources":{"limits":{"cpu":"9"}}}]}}';
    expectPart(
      injectAll([native, other], submitted),
      '"resources":{"limits":{"cpu":"300m","memory":"500Mi"},"requests":{"cpu":"100m","memory":"150Mi"}}',
    );
  });

  it("gives the same bytes when run on its own output", () => {
    const once = inject(set("sum", ".*"), pod(V4 + "," + V8));
    expect(inject(set("sum", ".*"), once)).toBe(once);
    const hot = set("sum", ".*").replace(
      '"name":"log"',
      '"name":"log","upgradeStrategy":{"upgradeType":"HotUpgrade"}',
    );
    const doubled = inject(hot, pod(V4 + "," + V8));
    expect(inject(hot, doubled)).toBe(doubled);
  });

  it("rejects the Pod where nothing matches or nothing can be computed", () => {
    expect(inject(set("sum", "^none$"), pod(V4))).toBe(
      "sidecarset a: container log: targetContainersNameRegex: no container of the Pod matches ^none$",
    );
    const negative = '"resourcesExpr":{"requests":{"cpu":"cpu-1"}}';
    expect(inject(set("sum", ".*", negative), pod(V4))).toBe(
      "sidecarset a: container log: resourcesExpr.requests.cpu: cpu-1: the result is negative: -950m",
    );
    expect(inject(set("sum", "("), pod(V4))).toBe(
      "sidecarset a: container log: targetContainersNameRegex: missing )",
    );
    const otherCase = '"resourcesExpr":{"limits":{"memory":"Memory*50%"}}';
    expect(inject(set("sum", ".*", otherCase), pod(V4))).toBe(
      'sidecarset a: container log: resourcesExpr.limits.memory: Memory*50%: unknown variable "Memory", expected cpu',
    );
  });
});
