import { expectPart, inject, injectAll, sidecarSet } from "./inject";

function pod(containers: string, metadata: string = ""): string {
  return '{"metadata":{' + metadata + '},"spec":{"containers":[' + containers + "]}}";
}

const INJECTED = '{"name":"IS_INJECTED","value":"true"}';

const SHARING = sidecarSet(
  "a",
  '"containers":[{"name":"log","shareVolumePolicy":{"type":"enabled"},"volumeMounts":[{"name":"own","mountPath":"/own"}]}]',
);

const MAIN =
  '{"name":"main","env":[{"name":"POD_NAME","value":"p"},{"name":"OD_NAME","value":"o"},{"name":"PROXY_IP","value":"1"}]}';

function transfer(rules: string, metadata: string = ""): string {
  const set = sidecarSet(
    "a",
    '"containers":[{"name":"log","env":[{"name":"OD_NAME","value":"own"}],"transferEnv":[' + rules + "]}]",
  );
  return inject(set, pod(MAIN, metadata));
}

const ADDED =
  '"env":[{"name":"OD_NAME","value":"own"},' +
  INJECTED +
  ',{"name":"POD_NAME","value":"p"},{"name":"PROXY_IP","value":"1"}]';

const NAMES = '"envName":"PROXY_IP","envNames":["OD_NAME","POD_NAME","PROXY_IP","GONE"]';

function patch(patches: string, annotations: string): string {
  return inject(
    sidecarSet("a", '"patchPodMetadata":[' + patches + "]"),
    pod("", '"annotations":{' + annotations + "}"),
  );
}

const HOT =
  '{"name":"S","image":"s:1","upgradeStrategy":{"upgradeType":"HotUpgrade","hotUpgradeEmptyImage":"empty:1"}';

function hotEnv(n: string): string {
  return (
    '"env":[' +
    INJECTED +
    ',{"name":"SIDECARSET_VERSION","valueFrom":{"fieldRef":{"fieldPath":"metadata.annotations[\'version.sidecarset.kruise.io/S-' +
    n +
    '\']"}}},{"name":"SIDECARSET_VERSION_ALT","valueFrom":{"fieldRef":{"fieldPath":"metadata.annotations[\'versionalt.sidecarset.kruise.io/S-' +
    n +
    "']\"}}}]}"
  );
}

describe("shareVolumePolicy", () => {
  it("shares the mounts of app containers, each path once, own paths aside", () => {
    const result = inject(
      SHARING,
      pod(
        '{"name":"app","volumeMounts":[{"name":"x","mountPath":"/x"},{"name":"y","mountPath":"/own"}]},' +
          '{"name":"two","volumeMounts":[{"name":"z","mountPath":"/x"},{"name":"q","mountPath":"/q"}]}',
      ),
    );
    expectPart(
      result,
      '"volumeMounts":[{"name":"own","mountPath":"/own"},{"name":"x","mountPath":"/x"},{"name":"q","mountPath":"/q"}],"env":[' +
        INJECTED +
        "]",
    );
  });

  it("does not share out of injected containers", () => {
    const result = inject(
      SHARING,
      pod('{"name":"old","env":[' + INJECTED + '],"volumeMounts":[{"name":"x","mountPath":"/x"}]}'),
    );
    expectPart(result, '"volumeMounts":[{"name":"own","mountPath":"/own"}],"env"');
  });

  it("copies the env that subPathExpr refers to", () => {
    const mount =
      '{"name":"x","mountPath":"/x","subPathExpr":"foo/$(POD_NAME)/$(OD_NAME)/$(1)/$(GONE)/$$(OD_NAME)/conf"}';
    const result = inject(
      SHARING,
      pod(
        '{"name":"app","env":[{"name":"OD_NAME","value":"o"},{"name":"POD_NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],"volumeMounts":[' +
          mount +
          "]}",
      ),
    );
    expectPart(
      result,
      '"env":[' +
        INJECTED +
        ',{"name":"POD_NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},{"name":"OD_NAME","value":"o"}]',
    );
  });

  it("shares nothing when disabled", () => {
    const off = sidecarSet("a", '"containers":[{"name":"log","shareVolumePolicy":{"type":"disabled"}}]');
    expectPart(
      inject(off, pod('{"name":"app","volumeMounts":[{"name":"x","mountPath":"/x"}]}')),
      '{"name":"log","env":[' + INJECTED + "]}",
    );
  });
});

describe("shareVolumeDevicePolicy", () => {
  it("shares devices whose path no mount and no device has", () => {
    const set = sidecarSet(
      "a",
      '"containers":[{"name":"log","shareVolumePolicy":{"type":"enabled"},"shareVolumeDevicePolicy":{"type":"enabled"},"volumeDevices":[{"name":"o","devicePath":"/dev/o"}]}]',
    );
    const result = inject(
      set,
      pod(
        '{"name":"app","volumeMounts":[{"name":"m","mountPath":"/m"}],"volumeDevices":[{"name":"1","devicePath":"/m"},{"name":"2","devicePath":"/dev/o"},{"name":"3","devicePath":"/dev/3"}]}',
      ),
    );
    expectPart(
      result,
      '"volumeDevices":[{"name":"o","devicePath":"/dev/o"},{"name":"3","devicePath":"/dev/3"}]',
    );
  });
});

describe("transferEnv", () => {
  it("takes from a container by name, own entries first", () => {
    expectPart(transfer('{"sourceContainerName":"main",' + NAMES + "}"), ADDED);
  });

  it("takes from the container that a label or an annotation names", () => {
    const byLabel =
      '{"sourceContainerName":"gone","sourceContainerNameFrom":{"fieldRef":{"fieldPath":"metadata.labels[\'biz\']"}},' +
      NAMES +
      "}";
    expectPart(transfer(byLabel, '"labels":{"biz":"main"}'), ADDED);
    const byAnnotation =
      '{"sourceContainerNameFrom":{"fieldRef":{"fieldPath":"metadata.annotations[\'biz\']"}},' + NAMES + "}";
    expectPart(transfer(byAnnotation, '"annotations":{"biz":"main"}'), ADDED);
  });

  it("adds nothing where the rule leads nowhere", () => {
    const rules = [
      '{"sourceContainerName":"gone",' + NAMES + "}",
      "{" + NAMES + "}",
      '{"sourceContainerName":"main","sourceContainerNameFrom":{"fieldRef":{"fieldPath":"metadata.labels[\'biz\']"}},' +
        NAMES +
        "}",
      '{"sourceContainerName":"main","sourceContainerNameFrom":{"fieldRef":{"fieldPath":"metadata.name"}},' +
        NAMES +
        "}",
    ];
    for (let i = 0; i < rules.length; i++) {
      expectPart(transfer(rules[i]), '"env":[{"name":"OD_NAME","value":"own"},' + INJECTED + "]");
    }
  });

  it("takes the first of two rules for one name", () => {
    const second = pod(MAIN + ',{"name":"other","env":[{"name":"POD_NAME","value":"q"}]}');
    const set = sidecarSet(
      "a",
      '"containers":[{"name":"log","transferEnv":[{"sourceContainerName":"other","envName":"POD_NAME"},{"sourceContainerName":"main","envName":"POD_NAME"}]}]',
    );
    expectPart(inject(set, second), '"env":[' + INJECTED + ',{"name":"POD_NAME","value":"q"}]');
  });
});

describe("patchPodMetadata", () => {
  it("retains and overwrites", () => {
    const patches =
      '{"patchPolicy":"Retain","annotations":{"key1":"value1"}},{"patchPolicy":"Overwrite","annotations":{"key2":"value2"}}';
    expectPart(patch(patches, ""), '"annotations":{"key1":"value1","key2":"value2"}');
    expectPart(patch(patches, '"key1":"old","key2":"old"'), '"annotations":{"key1":"old","key2":"value2"}');
    expectPart(patch(patches, '"key1":""'), '"annotations":{"key1":"","key2":"value2"}');
  });

  it("merges JSON, and stores it as it is where there is none", () => {
    const same = '{"patchPolicy":"MergePatchJson","annotations":{"key1":"{\\"log-agent\\":1}"}}';
    expectPart(patch(same, '"key1":"{\\"log-agent\\":1}"'), '"annotations":{"key1":"{\\"log-agent\\":1}"}');
    const more =
      '{"patchPolicy":"MergePatchJson","annotations":{"key2":"{\\"envoy\\":2}","key3":"not json"}}';
    expectPart(
      patch(more, '"key2":"{\\"log-agent\\":1}"'),
      '"annotations":{"key2":"{\\"envoy\\":2,\\"log-agent\\":1}","key3":"not json"}',
    );
  });

  it("rejects the Pod where merging is impossible", () => {
    const patches = '{"patchPolicy":"MergePatchJson","annotations":{"key1":"{}"}}';
    expectPart(
      patch(patches, '"key1":"not json"'),
      "metadata.annotations[key1]: expected JSON that the patch of sidecarset a",
    );
  });

  it("ignores policies that it does not know", () => {
    expectPart(patch('{"patchPolicy":"Other","annotations":{"key1":"x"}}', ""), '"annotations":{}');
  });
});

describe("HotUpgrade", () => {
  it("injects two containers and tells which one works", () => {
    const result = inject(sidecarSet("a", '"containers":[' + HOT + "}]"), pod('{"name":"app"}'));
    expectPart(
      result,
      '{"name":"app"},{"name":"S-1","image":"s:1",' +
        hotEnv("1") +
        ',{"name":"S-2","image":"empty:1",' +
        hotEnv("2") +
        "]",
    );
    expectPart(
      result,
      '"version.sidecarset.kruise.io/S-1":"1","versionalt.sidecarset.kruise.io/S-1":"0","version.sidecarset.kruise.io/S-2":"0","versionalt.sidecarset.kruise.io/S-2":"1","kruise.io/sidecarset-working-hotupgrade-container":"{\\"S\\":\\"S-1\\"}"',
    );
    expectPart(result, '\\"sidecarList\\":[\\"S\\"]');
  });

  it("keeps other entries of the working containers, sorted, and forgets what cannot be read", () => {
    const set = sidecarSet("a", '"containers":[' + HOT + "}]");
    const key = '"kruise.io/sidecarset-working-hotupgrade-container":';
    expectPart(
      inject(set, pod("", '"annotations":{' + key + '"{\\"Z\\":\\"Z-2\\",\\"A\\":\\"A-1\\"}"}')),
      key + '"{\\"A\\":\\"A-1\\",\\"S\\":\\"S-1\\",\\"Z\\":\\"Z-2\\"}"',
    );
    expectPart(inject(set, pod("", '"annotations":{' + key + '"["}')), key + '"{\\"S\\":\\"S-1\\"}"');
  });

  it("doubles native init sidecars, and plain init containers not", () => {
    const result = inject(
      sidecarSet("a", '"initContainers":[' + HOT + ',"restartPolicy":"Always"}]'),
      pod(""),
    );
    expectPart(result, '{"name":"S-1"');
    expectPart(
      inject(sidecarSet("a", '"initContainers":[' + HOT + "}]"), pod("")),
      '{"name":"S","image":"s:1","env":[' + INJECTED + "]}",
    );
  });

  it("gives the same bytes when run on its own output", () => {
    const set = sidecarSet("a", '"containers":[' + HOT + "}]");
    const once = inject(set, pod('{"name":"app"}'));
    expect(inject(set, once)).toBe(once);
  });
});

describe("a canary", () => {
  it("takes the place of its base", () => {
    const base = sidecarSet("base", '"containers":[{"name":"log","image":"log:1"}]');
    const canary = sidecarSet("canary", '"containers":[{"name":"log","image":"log:2"}]').replace(
      '"annotations":{',
      '"annotations":{"apps.kruise.io/sidecarset-canary":"true","apps.kruise.io/sidecarset-base":"base",',
    );
    const result = injectAll([base, canary], pod(""));
    expectPart(result, '"spec":{"containers":[{"name":"log","image":"log:2","env":[' + INJECTED + "]}]}");
    expectPart(result, '"kruise.io/sidecarset-injected-list":"canary"');
  });
});
