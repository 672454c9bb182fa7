import { compareText, decode, isBlank, sameText, textEquals, textStartsWith } from "../../../assembly/json";
import { json } from "./source";

describe("textEquals", () => {
  it("compares what the string says, however it is escaped", () => {
    expect(textEquals(json('"spec"'), "spec")).toBe(true);
    expect(textEquals(json('"s\\u0070ec"'), "spec")).toBe(true);
    expect(textEquals(json('"a\\/b"'), "a/b")).toBe(true);
    expect(textEquals(json('"a\\"b"'), 'a"b')).toBe(true);
    expect(textEquals(json('"名"'), "名")).toBe(true);
    expect(textEquals(json('"\\u540d"'), "名")).toBe(true);
    expect(textEquals(json('"\\ud83d\\ude00"'), "😀")).toBe(true);
    expect(textEquals(json('""'), "")).toBe(true);
  });

  it("refuses prefixes, extensions and other kinds", () => {
    expect(textEquals(json('"spec"'), "spe")).toBe(false);
    expect(textEquals(json('"spec"'), "specs")).toBe(false);
    expect(textEquals(json('"\\u0073pec"'), "spe")).toBe(false);
    expect(textEquals(json('"\\u0073pec"'), "specs")).toBe(false);
    expect(textEquals(json('"a"'), 'a"')).toBe(false);
    expect(textEquals(json("1"), "1")).toBe(false);
    expect(textEquals(0, "")).toBe(false);
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
