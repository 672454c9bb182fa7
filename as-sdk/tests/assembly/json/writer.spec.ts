import { Writer, decode, skip } from "../../../assembly/json";

describe("Writer", () => {
  it("writes strings that decode to what was given", () => {
    const texts = ["", "plain", '"\\/\b\f\n\r\t\0', "é名😀", String.fromCharCode(0xd800) + "x"];
    for (let i = 0; i < texts.length; i++) {
      const out = new Writer(1);
      out.text(texts[i]);
      expect(decode(out.seal())).toBe(texts[i]);
      expect(skip(out.start)).toBe(out.end);
      out.free();
    }
  });

  it("escapes only what JSON demands", () => {
    const out = new Writer();
    out.text('a"b\\c/d\n\x01é' + String.fromCharCode(0xdc00));
    expect(out.toString()).toBe('"a\\"b\\\\c/d\\n\\u0001é\\udc00"');
  });

  it("minds the commas of members and elements", () => {
    const out = new Writer(8);
    out.ascii("{");
    out.name("a");
    out.integer(-1);
    out.name("b");
    out.ascii("[ ");
    out.separate();
    out.boolean(true);
    out.separate();
    out.ascii("null]}");
    expect(out.toString()).toBe('{"a":-1,"b":[ true,null]}');
  });

  it("grows without losing a byte", () => {
    const out = new Writer(1);
    for (let i = 0; i < 1000; i++) out.ascii("0123456789");
    expect(out.length).toBe(10000);
    expect(out.toString().slice(9990)).toBe("0123456789");
    const copy = new Writer();
    copy.quote(out.start, out.end);
    expect(copy.length).toBe(10002);
  });
});
