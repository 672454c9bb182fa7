import {
  Entry,
  SettingsResponse,
  Splice,
  ValidationResponse,
  Writer,
  acceptRequest,
  acceptSettings,
  member,
  mutateRequest,
  rejectRequest,
  rejectSettings,
  replaceObject,
} from "../../../assembly";
import { json } from "../json/source";

function text(response: ValidationResponse): string {
  const out = new Writer();
  response.writeTo(out);
  return out.toString();
}

function settingsText(response: SettingsResponse): string {
  const out = new Writer();
  response.writeTo(out);
  return out.toString();
}

describe("ValidationResponse", () => {
  it("writes only what was given", () => {
    expect(text(acceptRequest())).toBe('{"accepted":true}');
    expect(text(rejectRequest("no"))).toBe('{"accepted":false,"message":"no"}');
    expect(text(rejectRequest('"', 422, [new Entry("a", "b")], ["w"]))).toBe(
      '{"accepted":false,"message":"\\"","code":422,"audit_annotations":{"a":"b"},"warnings":["w"]}',
    );
  });

  it("writes the edited object into the answer, and none when nothing was edited", () => {
    const pod = json('{"n":9007199254740993,"l":[]}');
    expect(text(mutateRequest(Splice.of(pod)))).toBe('{"accepted":true}');
    const edits = Splice.of(pod);
    edits.append(member(pod, "l")).integer(1);
    const response = mutateRequest(edits);
    response.warn("w");
    response.annotate("a", "b");
    expect(text(response)).toBe(
      '{"accepted":true,"mutated_object":{"n":9007199254740993,"l":[1]},"audit_annotations":{"a":"b"},"warnings":["w"]}',
    );
  });

  it("writes an object that the policy wrote itself", () => {
    const document = new Writer();
    document.ascii('{"a":1}');
    expect(text(replaceObject(document))).toBe('{"accepted":true,"mutated_object":{"a":1}}');
  });
});

describe("SettingsResponse", () => {
  it("says whether and why not", () => {
    expect(settingsText(acceptSettings())).toBe('{"valid":true}');
    expect(settingsText(rejectSettings("x: expected y"))).toBe('{"valid":false,"message":"x: expected y"}');
  });
});
