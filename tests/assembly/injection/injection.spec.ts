import { between, expectPart, inject, injectAll, sidecarSet } from "./inject";

const IS_INJECTED = '"env":[{"name":"IS_INJECTED","value":"true"}]';
const LOG = sidecarSet("a", '"containers":[{"name":"log","image":"log:1"}]');

function spec(result: string): string {
  return result.substring(result.indexOf('"spec":'));
}

describe("injection", () => {
  it("appends a container and the three annotations", () => {
    const result = inject(LOG, '{"metadata":{"labels":{}},"spec":{"containers":[{"name":"app"}]}}');
    expect(result).toBe(
      '{"metadata":{"labels":{},"annotations":{' +
        '"kruise.io/sidecarset-hash":"{\\"a\\":{\\"updateTimestamp\\":null,\\"hash\\":\\"h-a\\",\\"sidecarSetName\\":\\"a\\",\\"sidecarList\\":[\\"log\\"]}}",' +
        '"kruise.io/sidecarset-hash-without-image":"{\\"a\\":{\\"updateTimestamp\\":null,\\"hash\\":\\"w-a\\",\\"sidecarSetName\\":\\"a\\",\\"sidecarList\\":[\\"log\\"]}}",' +
        '"kruise.io/sidecarset-injected-list":"a"}},' +
        '"spec":{"containers":[{"name":"app"},{"name":"log","image":"log:1",' +
        IS_INJECTED +
        "}]}}",
    );
  });

  it("gives the same bytes when run on its own output", () => {
    const set = sidecarSet(
      "a",
      '"containers":[{"name":"log","podInjectPolicy":"BeforeAppContainer","volumeMounts":[{"name":"v","mountPath":"/v"}]},{"name":"mesh"}],' +
        '"initContainers":[{"name":"z"},{"name":"b","restartPolicy":"Always"}],"volumes":[{"name":"v"}],"imagePullSecrets":[{"name":"s"}]',
    );
    const once = inject(
      set,
      '{"metadata":{"managedFields":[{"time":"2026-07-02T09:00:00Z"}]},"spec":{"containers":[{"name":"app"}]}}',
    );
    expect(once.includes('2026-07-02T09:00:00Z\\"')).toBe(true);
    expect(inject(set, once)).toBe(once);
  });

  it("places by podInjectPolicy and replaces in place", () => {
    const set = sidecarSet(
      "a",
      '"containers":[{"name":"new-sidecar-1","podInjectPolicy":"BeforeAppContainer"},{"name":"sidecar-1","podInjectPolicy":"AfterAppContainer"},{"name":"sidecar-2"}]',
    );
    const fresh = spec(inject(set, '{"metadata":{},"spec":{"containers":[{"name":"app"}]}}'));
    expect(order(fresh)).toBe("new-sidecar-1 app sidecar-1 sidecar-2");
    const taken = inject(
      set,
      '{"metadata":{},"spec":{"containers":[{"name":"sidecar-1","image":"old"},{"name":"app"},{"name":"sidecar-2"}]}}',
    );
    expect(order(spec(taken))).toBe("new-sidecar-1 sidecar-1 app sidecar-2");
    expect(taken.includes("old")).toBe(false);
  });

  it("sorts init containers of all sets by name and keeps native sidecars native", () => {
    const first = sidecarSet("a", '"initContainers":[{"name":"z"},{"name":"m","restartPolicy":"Always"}]');
    const second = sidecarSet("b", '"initContainers":[{"name":"b","podInjectPolicy":"BeforeAppContainer"}]');
    const result = injectAll(
      [first, second],
      '{"metadata":{},"spec":{"initContainers":[{"name":"own"}],"containers":[{"name":"app"}]}}',
    );
    expect(order(between(result, '"initContainers":', '"containers"'))).toBe("b own m z");
    expect(result.includes('{"name":"m","restartPolicy":"Always",' + IS_INJECTED + "}")).toBe(true);
    expect(
      result.includes('\\"hash\\":\\"h-a\\",\\"sidecarSetName\\":\\"a\\",\\"sidecarList\\":[\\"m\\"]'),
    ).toBe(true);
    expect(result.includes('\\"hash\\":\\"h-b\\",\\"sidecarSetName\\":\\"b\\",\\"sidecarList\\":[]')).toBe(
      true,
    );
  });

  it("leaves out what only SidecarSets know and keeps the rest as it is written", () => {
    const set = sidecarSet(
      "a",
      '"containers":[{"transferEnv":[],"name":"log","podInjectPolicy":"AfterAppContainer","upgradeStrategy":{},"odd": 1.50 ,"shareVolumePolicy":{"type":"disabled"},"shareVolumeDevicePolicy":{},"resourcesPolicy":null,"env":[ {"name":"A"} , {"name":"IS_INJECTED","value":"no"} ],"command":null}]',
    );
    expectPart(
      inject(set, '{"metadata":{},"spec":{}}'),
      '"spec":{"containers":[{"name":"log","odd":1.50,"env":[{"name":"A"},{"name":"IS_INJECTED","value":"no"},{"name":"IS_INJECTED","value":"true"}],"command":null}]}',
    );
  });

  it("brings the volumes that are referred to, the Pod's own and the first winning", () => {
    const mounts =
      '"volumeMounts":[{"name":"own","mountPath":"/o"},{"name":"shared","mountPath":"/s"},{"name":"undeclared","mountPath":"/u"}]';
    const first = sidecarSet(
      "a",
      '"containers":[{"name":"x",' +
        mounts +
        ',"volumeDevices":[{"name":"block","devicePath":"/dev/b"}]}],"volumes":[{"name":"unused"},{"name":"block"},{"name":"own","emptyDir":{}},{"name":"shared","a":0},{"name":"shared","a":1}]',
    );
    const second = sidecarSet(
      "b",
      '"containers":[{"name":"y",' + mounts + '}],"volumes":[{"name":"shared","a":2}]',
    );
    const result = injectAll(
      [first, second],
      '{"metadata":{},"spec":{"volumes":[{"name":"own","hostPath":{}}]}}',
    );
    expectPart(result, '"volumes":[{"name":"own","hostPath":{}},{"name":"shared","a":1},{"name":"block"}]');
  });

  it("appends pull secrets once and drops the Pod's repeated ones", () => {
    const set = sidecarSet(
      "a",
      '"containers":[{"name":"x"}],"imagePullSecrets":[{"name":"s0"},{"name":"s1"},{"name":"s2"}]',
    );
    expectPart(
      inject(set, '{"metadata":{},"spec":{"imagePullSecrets":[{"name":"s2"},{"name":"s3"},{"name":"s3"}]}}'),
      '"imagePullSecrets":[{"name":"s2"},{"name":"s3"},{"name":"s0"},{"name":"s1"}]',
    );
  });

  it("fills in what is null or missing", () => {
    const expected = '"containers":[{"name":"log","image":"log:1",' + IS_INJECTED + "}]";
    expectPart(
      inject(LOG, '{"spec":{"containers":null,"volumes":null},"metadata":null}'),
      expected + ',"volumes":null}',
    );
    expectPart(inject(LOG, "{}"), '"spec":{' + expected + "}");
    expectPart(
      inject(LOG, '{"metadata":{"annotations":null}}'),
      '"metadata":{"annotations":{"kruise.io/sidecarset-hash"',
    );
    expectPart(
      inject(LOG, '{"spec":{"containers":[ ]},"metadata":{"annotations":{ }}}'),
      '"annotations":{ "kruise.io/sidecarset-hash"',
    );
  });

  it("keeps every other byte of the Pod", () => {
    const before =
      '{ "x" : 9007199254740993 , "metadata":{"annotations":{"note":"\\u0041\\/"},"generation":18446744073709551615},"spec":{"containers":[ {"name":"app","cpu":1E400,"nil":null} ] , "k" : -0.0 } }';
    const after = inject(LOG, before);
    expect(
      after.startsWith('{ "x" : 9007199254740993 , "metadata":{"annotations":{"note":"\\u0041\\/"'),
    ).toBe(true);
    expectPart(
      after,
      '},"generation":18446744073709551615},"spec":{"containers":[ {"name":"app","cpu":1E400,"nil":null} ',
    );
    expect(after.endsWith(' , "k" : -0.0 } }')).toBe(true);
  });

  it("changes nothing where no set brings a container", () => {
    const pod = '{"metadata":{},"spec":{"imagePullSecrets":[{"name":"s"},{"name":"s"}]}}';
    expect(inject(sidecarSet("a", '"containers":[],"imagePullSecrets":[{"name":"t"}]'), pod)).toBe(pod);
  });
});

describe("the records", () => {
  it("keep what the Pod carries of other sets, sorted by name", () => {
    const pod =
      '{"metadata":{"annotations":{"kruise.io/sidecarset-hash":"{\\"z\\":{\\"updateTimestamp\\":\\"2020-01-01T00:00:00Z\\",\\"hash\\":\\"1\\",\\"sidecarSetName\\":\\"z\\",\\"sidecarList\\":[\\"q\\"],\\"controllerRevision\\":\\"z-1\\"}}",' +
      '"kruise.io/sidecarset-injected-list":"z"}},"spec":{}}';
    const result = inject(LOG, pod);
    expectPart(
      result,
      '"sidecarList\\":[\\"log\\"]},\\"z\\":{\\"updateTimestamp\\":\\"2020-01-01T00:00:00Z\\",\\"hash\\":\\"1\\",\\"sidecarSetName\\":\\"z\\",\\"sidecarList\\":[\\"q\\"],\\"controllerRevision\\":\\"z-1\\"}}',
    );
    expectPart(result, '"kruise.io/sidecarset-injected-list":"a,z"');
  });

  it("keep times of any zone as they are written", () => {
    const times = ["2020-01-01T02:00:00+02:00", "2020-01-01T00:00:00.25Z", "2020-01-01T00:00:00.1-10:30"];
    for (let i = 0; i < times.length; i++) {
      const pod =
        '{"metadata":{"annotations":{"kruise.io/sidecarset-hash":"{\\"z\\":{\\"updateTimestamp\\":\\"' +
        times[i] +
        '\\",\\"hash\\":\\"1\\"}}"}},"spec":{}}';
      expectPart(
        inject(LOG, pod),
        '\\"z\\":{\\"updateTimestamp\\":\\"' + times[i] + '\\",\\"hash\\":\\"1\\"',
      );
    }
  });

  it("turn the oldest form into the present one", () => {
    const pod = '{"metadata":{"annotations":{"kruise.io/sidecarset-hash":"{\\"old\\":\\"5f\\"}"}},"spec":{}}';
    expectPart(
      inject(LOG, pod),
      '\\"old\\":{\\"updateTimestamp\\":null,\\"hash\\":\\"5f\\",\\"sidecarSetName\\":\\"old\\",\\"sidecarList\\":null}',
    );
  });

  it("keep the time of a record that says the same", () => {
    const injected = inject(
      LOG,
      '{"metadata":{"managedFields":[{"time":"2020-01-01T00:00:00Z"}]},"spec":{}}',
    );
    const later = injected.replace('"time":"2020', '"time":"2030');
    expect(later == injected).toBe(false);
    expect(inject(LOG, later)).toBe(later);
  });

  it("name the controller's revision where it is known", () => {
    const set = LOG.substring(0, LOG.length - 1) + ',"status":{"latestRevision":"a-5f"}}';
    const result = inject(set, '{"metadata":{},"spec":{}}');
    expectPart(result, '\\"sidecarList\\":[\\"log\\"],\\"controllerRevision\\":\\"a-5f\\"}}"');
    expect(result.split("controllerRevision").length).toBe(2);
  });

  it("reject a Pod whose annotation is neither form", () => {
    const corrupt = [
      "{",
      "[]",
      "5",
      '{\\"a\\":5}',
      '{\\"a\\":{\\"hash\\":5}}',
      '{\\"a\\":{\\"updateTimestamp\\":\\"soon\\"}}',
      '{\\"a\\":{\\"updateTimestamp\\":\\"2020-01-01T00:00:00\\"}}',
      '{\\"a\\":{\\"updateTimestamp\\":\\"2020-01-01T00:00:00.Z\\"}}',
      '{\\"a\\":{\\"sidecarList\\":[1]}}',
    ];
    for (let i = 0; i < corrupt.length; i++) {
      const pod = '{"metadata":{"annotations":{"kruise.io/sidecarset-hash":"' + corrupt[i] + '"}},"spec":{}}';
      expectPart(inject(LOG, pod), "metadata.annotations[kruise.io/sidecarset-hash]: expected");
    }
  });

  it("take an empty annotation for none", () => {
    expectPart(
      inject(LOG, '{"metadata":{"annotations":{"kruise.io/sidecarset-hash":""}},"spec":{}}'),
      '"kruise.io/sidecarset-hash":"{\\"a\\":{',
    );
    expectPart(
      inject(LOG, '{"metadata":{"annotations":{"kruise.io/sidecarset-hash":"null"}},"spec":{}}'),
      '"kruise.io/sidecarset-hash":"{\\"a\\":{',
    );
  });
});

/** The container names of a JSON text in their order. */
function order(text: string): string {
  const parts = text.split('{"name":"');
  let names = "";
  for (let i = 1; i < parts.length; i++) {
    const name = parts[i].substring(0, parts[i].indexOf('"'));
    if (name != "IS_INJECTED") names += (names.length > 0 ? " " : "") + name;
  }
  return names;
}
