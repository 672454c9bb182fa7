import { Writer, integer, isInteger } from "../../../assembly/json";
import { json } from "./source";

describe("integer", () => {
  it("reads 64 signed bits exactly", () => {
    expect(integer(json("0"))).toBe(0);
    expect(integer(json("-0"))).toBe(0);
    expect(integer(json("9007199254740993"))).toBe(((<i64>1) << 53) + 1);
    expect(integer(json("9223372036854775807"))).toBe(i64.MAX_VALUE);
    expect(integer(json("-9223372036854775808"))).toBe(i64.MIN_VALUE);
  });

  it("refuses what does not fit and what is not an integer", () => {
    expect(isInteger(json("9223372036854775808"))).toBe(false);
    expect(isInteger(json("-9223372036854775809"))).toBe(false);
    expect(isInteger(json("99999999999999999999999"))).toBe(false);
    expect(isInteger(json("1.0"))).toBe(false);
    expect(isInteger(json("1e3"))).toBe(false);
    expect(isInteger(json('"1"'))).toBe(false);
    expect(isInteger(json("null"))).toBe(false);
    expect(isInteger(0)).toBe(false);
    expect(integer(json("1.5"))).toBe(0);
  });

  it("is what Writer writes", () => {
    const numbers: i64[] = [0, 7, -1, 10, 1234567890123, i64.MAX_VALUE, i64.MIN_VALUE];
    for (let i = 0; i < numbers.length; i++) {
      const out = new Writer();
      out.integer(numbers[i]);
      expect(out.toString()).toBe(numbers[i].toString());
      expect(integer(out.seal())).toBe(numbers[i]);
      out.free();
    }
  });
});
