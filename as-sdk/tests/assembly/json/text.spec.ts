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

  it("is compared with strings without becoming one", () => {
    const given = "sp".concat("ec");
    expect(given == "spec").toBe(true);
    expect("spec" == given).toBe(true);
    expect(given === "spe").toBe(false);
    expect(given != "spec").toBe(false);
    expect(given !== "specs").toBe(true);
    expect("".concat("") == "").toBe(true);
    expect("é".concat("") == "é").toBe(true);
  });
});

describe("templates and sums of texts", () => {
  it("put each value where it stands", () => {
    const a = "1";
    const b = "";
    const c = "é😀";
    expect(`${a}`).toBe("1");
    expect(`<${a}|${b}>`).toBe("<1|>");
    expect("<" + a + "|" + b + "|" + c + ">").toBe("<1||é😀>");
    expect("é" + a + "😀").toBe("é1😀");
  });

  it("take as many values as there are", () => {
    const a = "a";
    const b = "bb";
    expect(`${a}${b}${a}${b}`).toBe("abbabb");
    expect(`0${a}1${b}2${a}3${b}4${a}5${b}6${a}7`).toBe("0a1bb2a3bb4a5bb6a7");
    expect("0" + a + "3" + b + (a + b) + "4").toBe("0a3bbabb4");
    expect(`${1 + 2} of ${<u64>7}`).toBe("3 of 7");
  });

  it("keep what the values say, gaps included", () => {
    const gap = String.fromCharCode(1);
    expect(`a${gap}b${gap}`).toBe("a".concat(gap).concat("b").concat(gap));
    expect("a\x01b" + gap).toBe("a".concat(gap).concat("b").concat(gap));
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
