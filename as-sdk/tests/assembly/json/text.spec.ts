import {
  Ascii,
  asciiAt,
  asciiEquals,
  asciiLength,
  compareText,
  decode,
  isBlank,
  sameText,
  textEquals,
  textIs,
  textStartsWith,
} from "../../../assembly/json";
import { json } from "./source";

describe("textEquals", () => {
  it("compares what the string says, however it is escaped", () => {
    expect(textEquals(json('"spec"'), "spec")).toBe(true);
    expect(textEquals(json('"s\\u0070ec"'), "spec")).toBe(true);
    expect(textEquals(json('"a\\/b"'), "a/b")).toBe(true);
    expect(textEquals(json('"a\\"b"'), 'a"b')).toBe(true);
    expect(textEquals(json('""'), "")).toBe(true);
  });

  it("refuses prefixes, extensions and other kinds", () => {
    expect(textEquals(json('"spec"'), "spe")).toBe(false);
    expect(textEquals(json('"spec"'), "specs")).toBe(false);
    expect(textEquals(json('"\\u0073pec"'), "spe")).toBe(false);
    expect(textEquals(json('"\\u0073pec"'), "specs")).toBe(false);
    expect(textEquals(json('"a"'), 'a"')).toBe(false);
    expect(textEquals(json('"\\u0161"'), "a")).toBe(false);
    expect(textEquals(json('"é"'), "e")).toBe(false);
    expect(textEquals(json("1"), "1")).toBe(false);
    expect(textEquals(0, "")).toBe(false);
  });
});

describe("textIs", () => {
  it("compares with a string of any characters", () => {
    expect(textIs(json('"spec"'), "spec")).toBe(true);
    expect(textIs(json('"名"'), "名")).toBe(true);
    expect(textIs(json('"\\u540d"'), "名")).toBe(true);
    expect(textIs(json('"\\ud83d\\ude00"'), "😀")).toBe(true);
    expect(textIs(json('""'), "")).toBe(true);
  });

  it("refuses prefixes, extensions and other kinds", () => {
    expect(textIs(json('"名"'), "名前")).toBe(false);
    expect(textIs(json('"名前"'), "名")).toBe(false);
    expect(textIs(json("1"), "1")).toBe(false);
    expect(textIs(0, "")).toBe(false);
  });
});

describe("a constant text", () => {
  it("is a string where a string is wanted", () => {
    const name: Ascii = "spec";
    expect(name.toString()).toBe("spec");
    expect(`${name}.containers`).toBe("spec.containers");
    expect(asciiLength(name)).toBe(4);
    expect(asciiLength("")).toBe(0);
    expect(asciiAt(name, 1)).toBe(0x70);
  });

  it("equals strings of the same characters only", () => {
    expect(asciiEquals("spec", "spec")).toBe(true);
    expect(asciiEquals("spec", "spe")).toBe(false);
    expect(asciiEquals("spe", "spec")).toBe(false);
    expect(asciiEquals("", "")).toBe(true);
  });
});

describe("compareText", () => {
  it("orders by decoded UTF-8 bytes", () => {
    expect(compareText(json('"a"'), json('"b"'))).toBeLessThan(0);
    expect(compareText(json('"ab"'), json('"a"'))).toBeGreaterThan(0);
    expect(compareText(json('"a"'), json('"\\u0061"'))).toBe(0);
    expect(compareText(json('"\\u0062"'), json('"a"'))).toBeGreaterThan(0);
    expect(compareText(json('"~"'), json('"é"'))).toBeLessThan(0);
    // UTF-16 order would say the opposite of these two.
    expect(compareText(json('"\\uff01"'), json('"😀"'))).toBeLessThan(0);
    expect(compareText(json('"\\ud83d\\ude00"'), json('"！"'))).toBeGreaterThan(0);
    expect(compareText(json('"a!"'), json('"a\\""'))).toBeLessThan(0);
  });

  it("puts what is not a string first", () => {
    expect(compareText(0, json('""'))).toBeLessThan(0);
    expect(compareText(json('""'), json("1"))).toBeGreaterThan(0);
    expect(sameText(0, 0)).toBe(false);
    expect(sameText(json('"\\n"'), json('"\\u000a"'))).toBe(true);
  });
});

describe("decode", () => {
  it("undoes every escape", () => {
    expect(decode(json('"\\"\\\\\\/\\b\\f\\n\\r\\t"'))).toBe('"\\/\b\f\n\r\t');
    expect(decode(json('"a\\u0000b"'))).toBe("a\0b");
    expect(decode(json('"x\\ud83d\\ude00y"'))).toBe("x😀y");
    expect(decode(json('"😀é"'))).toBe("😀é");
    expect(decode(json('"\\n😀"'))).toBe("\n😀");
    expect(decode(json('"\\ud83d"')).charCodeAt(0)).toBe(0xd83d);
    expect(decode(json('""'))).toBe("");
    expect(decode(json("17"))).toBe("");
    expect(decode(0)).toBe("");
  });
});

describe("textStartsWith, isBlank", () => {
  it("look at decoded characters", () => {
    expect(textStartsWith(json('"k\\u0075be-x"'), "kube-")).toBe(true);
    expect(textStartsWith(json('"kube"'), "kube-")).toBe(false);
    expect(textStartsWith(json("null"), "")).toBe(false);
    expect(isBlank(json('""'))).toBe(true);
    expect(isBlank(json('"a"'))).toBe(false);
    expect(isBlank(json("null"))).toBe(true);
    expect(isBlank(0)).toBe(true);
  });
});
