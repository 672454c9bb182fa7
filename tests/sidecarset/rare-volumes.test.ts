import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Document, problems, sidecarSet } from "./sidecarset-policy.ts";

/** What is wrong with a set that has this volume; paths from the volume on. */
function problemsOf(volume: Document): string[] {
  const lines = problems(sidecarSet({ volumes: [{ name: "v", ...volume }] }));
  return lines.map((line) => line.replace("spec.volumes[0].", ""));
}

const template = (spec: object, metadata = {}) => ({
  ephemeral: { volumeClaimTemplate: { metadata, spec } },
});
const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
const projected = (source: object) => ({ projected: { sources: [source] } });

describe("volumes that Pods would be refused for", () => {
  it("lack what their kind needs", () => {
    const rows: [Document, string[]][] = [
      [{ iscsi: {} }, ["iscsi.targetPortal: required, got nothing", "iscsi.iqn: required, got nothing"]],
      [{ iscsi: { targetPortal: "10.0.0.1", iqn: "iqn.2001-04.com.example:a", lun: 0 } }, []],
      [{ cephfs: { monitors: [] } }, ["cephfs.monitors: required, got []"]],
      [{ rbd: { monitors: ["a"], image: "" } }, ['rbd.image: required, got ""']],
      [{ image: {} }, ["image.reference: required, got nothing"]],
      [{ image: { reference: "data:1" } }, []],
      [{ persistentVolumeClaim: {} }, ["persistentVolumeClaim.claimName: required, got nothing"]],
      [{ fc: { targetWWNs: ["a"], wwids: ["b"] } }, ["fc: expected exactly one of targetWWNs, wwids, got 2"]],
      [{ flocker: {} }, ["flocker: expected exactly one of datasetName, datasetUUID, got 0"]],
      [
        { csi: { driver: "d", nodePublishSecretRef: {} } },
        ["csi.nodePublishSecretRef.name: required, got nothing"],
      ],
    ];
    for (const [volume, expected] of rows)
      assert.deepEqual(problemsOf(volume), expected, JSON.stringify(volume));
  });

  it("are claims without a template, a way of access or a size", () => {
    const at = "ephemeral.volumeClaimTemplate";
    assert.deepEqual(problemsOf(template(claim)), []);
    assert.deepEqual(problemsOf({ ephemeral: {} }), [`${at}: expected a template, got nothing`]);
    assert.deepEqual(problemsOf(template({})), [
      `${at}.spec.accessModes: expected at least one access mode, got nothing`,
      `${at}.spec.resources.requests.storage: expected a quantity above 0, got nothing`,
    ]);
    const none = { ...claim, resources: { requests: { storage: "0" } } };
    assert.match(problemsOf(template(none)).join(), /storage: expected a quantity above 0, got "0"$/);
    const mode = 'accessModes[0]: expected one of "ReadWriteOnce", ';
    assert.ok(problemsOf(template({ ...claim, accessModes: ["x"] }))[0]?.includes(mode));
    assert.match(problemsOf(template(claim, { labels: { "a b": "c" } })).join(), /qualified name/);
  });

  it("are projected tokens and trust bundles that cannot be made", () => {
    const token = (found: object) => problemsOf(projected({ serviceAccountToken: { path: "t", ...found } }));
    assert.deepEqual(token({ expirationSeconds: 4294967296 }), []);
    assert.match(token({ expirationSeconds: 4294967297 }).join(), /a number from 600 to 4294967296/);
    assert.match(token({ path: "..t" }).join(), /a relative path that does not begin with/);
    const bundle = (found: object) => problemsOf(projected({ clusterTrustBundle: found }));
    assert.deepEqual(bundle({ name: "n", path: "ca.pem" }), []);
    assert.match(bundle({ path: "ca.pem" }).join(), /expected exactly one of name, signerName, got 0$/);
    assert.match(bundle({ name: "n" }).join(), /clusterTrustBundle\.path: required, got nothing$/);
  });
});

describe("what the API server takes or refuses in containers of Pods", () => {
  const of = (container: object) => problems(sidecarSet({}, container));

  it("an AppArmor profile is a name, not a file below a directory", () => {
    const profile = (localhostProfile: string) =>
      of({ securityContext: { appArmorProfile: { type: "Localhost", localhostProfile } } });
    assert.deepEqual(profile("/usr/bin/x"), []);
    assert.match(profile(" x").join(), /expected no white space around the profile/);
    assert.match(profile("x".repeat(4096)).join(), /expected at most 4095 bytes/);
    assert.match(profile("").join(), /localhostProfile: required/);
  });

  it("requests. is a prefix of quotas, not of resources", () => {
    const limits = (name: string) => of({ resources: { limits: { [name]: "1" } } });
    assert.deepEqual(limits("example.com/gpu"), []);
    assert.match(limits("requests.example.com/gpu").join(), /a name with a domain such as example\.com\/gpu/);
  });
});
