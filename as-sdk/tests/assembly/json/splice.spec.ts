import { Splice, Writer, element, member, skip } from "../../../assembly/json";
import { json } from "./source";

function written(splice: Splice): string {
  const out = new Writer();
  out.ascii("[");
  splice.writeTo(out);
  out.ascii("]");
  const text = out.toString();
  out.free();
  return text.slice(1, -1);
}

describe("Splice", () => {
  it("copies the source byte for byte when nothing was edited", () => {
    const text = ' {"a" : 1e400,\n"b":[ 9007199254740993 ] } '.trimStart();
    const source = json(text);
    const splice = new Splice(source, source + text.length);
    expect(splice.isEmpty).toBe(true);
    expect(written(splice)).toBe(text);
  });

  it("replaces, inserts and removes at addresses in any order of calls", () => {
    const source = json('{"a":1,"b":2,"c":3}');
    const splice = Splice.of(source);
    splice.replaceValue(member(source, "c")).integer(30);
    splice.insert(member(source, "a")).ascii("1");
    splice.replaceValue(member(source, "b")).ascii("[]");
    expect(written(splice)).toBe('{"a":11,"b":[],"c":30}');
  });

  it("settles commas for items added and removed", () => {
    const source = json('{"x":[ ],"y":[1,2,3]}');
    const splice = Splice.of(source);
    const x = member(source, "x");
    const y = member(source, "y");
    splice.append(x).integer(1);
    splice.append(x).integer(2);
    splice.prepend(x).integer(0);
    splice.removeElement(element(y, 1));
    splice.removeElement(element(y, 2));
    splice.append(y).integer(4);
    splice.insertBefore(element(y, 0)).integer(8);
    splice.prepend(y).integer(7);
    splice.removeElement(element(y, 0));
    expect(written(splice)).toBe('{"x":[ 0,1,2],"y":[7,8,4]}');
  });

  it("empties containers", () => {
    const source = json('{"a":[1,2],"b":{"c":1}}');
    const splice = Splice.of(source);
    const a = member(source, "a");
    splice.removeElement(element(a, 1));
    splice.removeElement(element(a, 0));
    splice.removeMember(member(source, "b"), "c");
    expect(written(splice)).toBe('{"a":[],"b":{}}');
  });

  it("sets members that are there and members that are not", () => {
    const source = json('{"a":1}');
    const splice = Splice.of(source);
    splice.setMember(source, "a").boolean(true);
    splice.setMember(source, "b").text('q"');
    splice.setMember(source, "c").copy(member(source, "a"));
    expect(written(splice)).toBe('{"a":true,"b":"q\\"","c":1}');
  });

  it("drops edits inside what is replaced, and of two replacements keeps the later", () => {
    const source = json('{"a":{"b":1},"c":2}');
    const splice = Splice.of(source);
    const a = member(source, "a");
    splice.replaceValue(member(a, "b")).integer(9);
    splice.append(a).ascii('"lost":0');
    splice.replaceValue(a).ascii("null");
    splice.replaceValue(member(source, "c")).integer(3);
    splice.replaceValue(member(source, "c")).integer(4);
    expect(written(splice)).toBe('{"a":null,"c":4}');
  });

  it("drops edits of what is not there", () => {
    const source = json('{"a":1}');
    const splice = Splice.of(source);
    splice.replaceValue(0).integer(1);
    splice.append(0).integer(2);
    splice.prepend(member(source, "a")).integer(3);
    splice.setMember(member(source, "b"), "c").integer(4);
    splice.removeElement(0);
    splice.insert(source + 100).integer(5);
    expect(written(splice)).toBe('{"a":1}');
  });

  it("writes the same again", () => {
    const source = json("[1,2]");
    const splice = Splice.of(source);
    splice.append(source).integer(3);
    splice.removeElement(element(source, 0));
    const first = written(splice);
    expect(first).toBe("[2,3]");
    expect(written(splice)).toBe(first);
    splice.append(source).integer(4);
    expect(written(splice)).toBe("[2,3,4]");
  });

  it("edits a part of a document", () => {
    const source = json('{"object":{"a":[]},"z":0}');
    const object = member(source, "object");
    const splice = new Splice(object, skip(object));
    splice.append(member(object, "a")).ascii("{}");
    expect(written(splice)).toBe('{"a":[{}]}');
  });
});
