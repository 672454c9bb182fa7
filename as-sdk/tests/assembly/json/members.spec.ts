import {
  Elements,
  Kind,
  Members,
  count,
  decode,
  element,
  integer,
  isEmpty,
  isNull,
  isUnset,
  kind,
  member,
} from "../../../assembly/json";
import { json } from "./source";

describe("Members", () => {
  it("meets every member in its order, whatever the white space and the values", () => {
    const members = new Members(json('{ "a" : [1,{"b":"}"}] ,\n"c":"x\\"y" , "d":{} ,"e":-1e5,"f":null } '));
    let keys = "";
    while (members.next()) keys += decode(members.key) + kind(members.value).toString() + " ";
    expect(keys).toBe("a5 c4 d6 e3 f1 ");
    expect(members.next()).toBe(false);
  });

  it("finds none in an empty object and in other kinds", () => {
    expect(new Members(json("{ }")).next()).toBe(false);
    expect(new Members(json("[1]")).next()).toBe(false);
    expect(new Members(json('"x"')).next()).toBe(false);
    expect(new Members(0).next()).toBe(false);
  });
});

describe("Elements", () => {
  it("meets every element with its index", () => {
    const elements = new Elements(json('[ "a,]" , [] ,{"x":[2]}, 3]'));
    let kinds = "";
    while (elements.next()) kinds += elements.index.toString() + ":" + kind(elements.value).toString() + " ";
    expect(kinds).toBe("0:4 1:5 2:6 3:3 ");
    expect(new Elements(json("[ ]")).next()).toBe(false);
    expect(new Elements(json("{}")).next()).toBe(false);
  });
});

describe("member and element", () => {
  it("answer 0 for what is not there and pass absence on", () => {
    const pod = json('{"metadata":{"labels":{"app":"x"}},"spec":{"containers":[1,2]}}');
    expect(decode(member(member(member(pod, "metadata"), "labels"), "app"))).toBe("x");
    expect(member(member(pod, "status"), "phase")).toBe(0);
    expect(integer(element(member(member(pod, "spec"), "containers"), 1))).toBe(2);
    expect(element(member(member(pod, "spec"), "containers"), 2)).toBe(0);
    expect(element(pod, 0)).toBe(0);
  });

  it("take the last of duplicate keys, escaped or not", () => {
    expect(integer(member(json('{"a":1,"\\u0061":2}'), "a"))).toBe(2);
  });
});

describe("kinds", () => {
  it("tell null, absent and empty apart", () => {
    expect(isNull(json("null"))).toBe(true);
    expect(isNull(0)).toBe(false);
    expect(isUnset(0)).toBe(true);
    expect(isUnset(json("false"))).toBe(false);
    expect(isEmpty(json("[ ]"))).toBe(true);
    expect(isEmpty(json("{}"))).toBe(true);
    expect(isEmpty(json("[0]"))).toBe(false);
    expect(isEmpty(json("null"))).toBe(false);
    expect(kind(0)).toBe(Kind.Absent);
    expect(kind(json("true"))).toBe(Kind.Boolean);
    expect(count(json('{"a":1,"b":{}}'))).toBe(2);
    expect(count(json("[[],[],[]]"))).toBe(3);
    expect(count(json("null"))).toBe(0);
  });
});
