import { Writer } from "@kubewarden/as-sdk/assembly/json";
import { mergePatch } from "../../../assembly/injection/metadata/merge-patch";
import { document } from "../document";

function merged(target: string, patch: string): string {
  const out = new Writer();
  return mergePatch(document(target), document(patch), out) ? out.toString() : "refused";
}

describe("mergePatch", () => {
  it("merges objects with sorted keys", () => {
    expect(merged('{"log-agent":1}', '{"envoy":2}')).toBe('{"envoy":2,"log-agent":1}');
    expect(merged('{"b":1,"a":2}', '{"c":3,"a":4}')).toBe('{"a":4,"b":1,"c":3}');
    expect(merged("{}", "{}")).toBe("{}");
  });

  it("removes members by null, at any level", () => {
    expect(merged('{"a":1,"b":{"c":1,"d":2}}', '{"a":null,"b":{"c":null},"x":null}')).toBe('{"b":{"d":2}}');
  });

  it("prunes nulls out of what is new, but not out of arrays", () => {
    expect(merged("{}", '{"z":{"y":null,"x":[null,{"q":null,"p":1}]}}')).toBe('{"z":{"x":[null,{"p":1}]}}');
    expect(merged('{"z":1}', '{"z":{"b":null,"a":2}}')).toBe('{"z":{"a":2}}');
  });

  it("takes a value over an object as it is written", () => {
    expect(merged('{"z":{"a":1}}', '{"z":[{"b":null, "a":1}]}')).toBe('{"z":[{"b":null,"a":1}]}');
    expect(merged('{"z":{"a":1}}', '{"z":"s"}')).toBe('{"z":"s"}');
  });

  it("keeps the text of what it does not touch, white space aside", () => {
    expect(merged('{ "n" : 1.00 , "o" : { "b" : [ 1 , 2 ] , "a" : "x y" } }', '{"m":1E3}')).toBe(
      '{"m":1E3,"n":1.00,"o":{"b":[1,2],"a":"x y"}}',
    );
  });

  it("escapes like the original's encoder", () => {
    expect(merged('{"a":"<&>\\/\u2028"}', '{"<":"\\u003c\\""}')).toBe(
      '{"\\u003c":"\\u003c\\"","a":"\\u003c\\u0026\\u003e\\/\\u2028"}',
    );
  });

  it("lets the last of equal keys count", () => {
    expect(merged('{"a":1,"a":2}', '{"b":1,"b":null}')).toBe('{"a":2}');
  });

  it("replaces a target that is no object", () => {
    expect(merged("5", '{"b":1,"a":null}')).toBe('{"b":1}');
    expect(merged('{"a":1}', '[{"b":null,"a":1},null]')).toBe('[{"a":1},null]');
    expect(merged("[1]", "[2]")).toBe("[2]");
  });

  it("refuses nulls and scalar patches", () => {
    expect(merged("null", "{}")).toBe("refused");
    expect(merged("{}", "null")).toBe("refused");
    expect(merged("{}", "1")).toBe("refused");
    expect(merged("{}", '"x"')).toBe("refused");
  });
});
