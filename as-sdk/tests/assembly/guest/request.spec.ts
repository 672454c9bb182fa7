import { AdmissionRequest, ValidationRequest, decode, podSpec } from "../../../assembly";
import { json } from "../json/source";

function requestOf(group: string, kind: string, object: string): AdmissionRequest {
  return new AdmissionRequest(
    json('{"kind":{"group":"' + group + '","version":"v1","kind":"' + kind + '"},"object":' + object + "}"),
  );
}

describe("ValidationRequest", () => {
  it("views every field of a request", () => {
    const validation = new ValidationRequest(
      json(
        '{"settings":{"s":1},"request":{"uid":"u","kind":{"group":"apps","kind":"Deployment"},"resource":{},' +
          '"subResource":"scale","requestKind":{},"requestResource":{},"requestSubResource":"x","name":"n",' +
          '"namespace":"ns","operation":"UPDATE","userInfo":{},"object":{},"oldObject":{},"dryRun":true,"options":{}}}',
      ),
    );
    const request = validation.request;
    expect(validation.settings).not.toBe(0);
    expect(decode(request.uid)).toBe("u");
    expect(request.isKind("apps", "Deployment")).toBe(true);
    expect(request.isKind("", "Deployment")).toBe(false);
    expect(request.isKind("apps", "Pod")).toBe(false);
    expect(decode(request.subResource)).toBe("scale");
    expect(decode(request.requestSubResource)).toBe("x");
    expect(decode(request.name)).toBe("n");
    expect(decode(request.namespace)).toBe("ns");
    expect(request.isOperation("UPDATE")).toBe(true);
    expect(request.isOperation("update")).toBe(false);
    expect(request.isDryRun).toBe(true);
    expect(request.resource).not.toBe(0);
    expect(request.requestKind).not.toBe(0);
    expect(request.requestResource).not.toBe(0);
    expect(request.userInfo).not.toBe(0);
    expect(request.object).not.toBe(0);
    expect(request.oldObject).not.toBe(0);
    expect(request.options).not.toBe(0);
  });

  it("answers 0 for what is absent and for null", () => {
    const validation = new ValidationRequest(
      json('{"request":{"object":null,"dryRun":false},"settings":null}'),
    );
    expect(validation.settings).toBe(0);
    expect(validation.request.object).toBe(0);
    expect(validation.request.oldObject).toBe(0);
    expect(validation.request.isDryRun).toBe(false);
    expect(validation.request.isOperation("CREATE")).toBe(false);
    expect(validation.request.isKind("", "Pod")).toBe(false);
  });

  it("keeps a raw request that is no object", () => {
    const validation = new ValidationRequest(json('{"request":"anything"}'));
    expect(decode(validation.request.value)).toBe("anything");
    expect(validation.request.uid).toBe(0);
  });
});

describe("podSpec", () => {
  it("finds the PodSpec of every kind that has one", () => {
    expect(decode(podSpec(requestOf("", "Pod", '{"spec":"found"}')))).toBe("found");
    const template = '{"spec":{"template":{"spec":"found"}}}';
    const kinds = ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"];
    for (let i = 0; i < kinds.length; i++) {
      expect(decode(podSpec(requestOf("apps", kinds[i], template)))).toBe("found");
    }
    expect(decode(podSpec(requestOf("batch", "Job", template)))).toBe("found");
    expect(decode(podSpec(requestOf("", "ReplicationController", template)))).toBe("found");
    const cron = '{"spec":{"jobTemplate":' + template + "}}";
    expect(decode(podSpec(requestOf("batch", "CronJob", cron)))).toBe("found");
  });

  it("answers 0 for other kinds, other groups and objects without one", () => {
    expect(podSpec(requestOf("", "ConfigMap", '{"spec":1}'))).toBe(0);
    expect(podSpec(requestOf("example.com", "Pod", '{"spec":1}'))).toBe(0);
    expect(podSpec(requestOf("", "Pod", "{}"))).toBe(0);
    expect(podSpec(requestOf("apps", "Deployment", '{"spec":{"template":7}}'))).toBe(0);
    expect(podSpec(new AdmissionRequest(0))).toBe(0);
  });
});
