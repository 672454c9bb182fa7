import { NameIndex } from "../../../assembly/document/name-index";
import { document } from "../document";

describe("NameIndex", () => {
  it("keeps the first value of a name", () => {
    const index = new NameIndex();
    expect(index.add(document('"a"'), 1)).toBe(true);
    expect(index.add(document('"a"'), 2)).toBe(false);
    expect(index.value(document('"a"'))).toBe(1);
    expect(index.value(document('"b"'))).toBe(0);
  });

  it("takes names for equal that say the same", () => {
    const index = new NameIndex();
    index.add(document('"caf\\u00e9 \\u0041"'), 1);
    index.add(document('""'), 2);
    expect(index.value(document('"café A"'))).toBe(1);
    expect(index.value(document('""'))).toBe(2);
  });

  it("finds each of many", () => {
    const index = new NameIndex();
    for (let i = 1; i <= 1000; i++) expect(index.add(document(`"name-${i}"`), i)).toBe(true, i.toString());
    for (let i = 1; i <= 1000; i++) expect(index.value(document(`"name-${i}"`))).toBe(i, i.toString());
    expect(index.value(document('"name-1001"'))).toBe(0);
  });

  it("never finds what is no string", () => {
    const index = new NameIndex();
    expect(index.add(0, 1)).toBe(true);
    expect(index.add(document("5"), 1)).toBe(true);
    expect(index.add(document("5"), 1)).toBe(true);
    expect(index.value(document("5"))).toBe(0);
    expect(index.value(0)).toBe(0);
  });

  it("adds the elements of an array by their names", () => {
    const index = new NameIndex();
    const list = document('[{"name":"a"},{},{"name":"b"},{"name":"a","x":1}]');
    index.addAll(list);
    expect(index.value(document('"a"'))).toBe(list + 1);
    expect(index.value(document('"b"'))).not.toBe(0);
  });
});
