import { decode } from "@kubewarden/as-sdk/assembly/json";
import { Selection, decideByNamespace, selectSets } from "../../../assembly/matching/selection";
import { Verdict } from "../../../assembly/matching/verdict";
import { document } from "../document";

const LABELS = '{"app":"web"}';

function set(name: string, rest: string): string {
  return '{"metadata":{"name":"' + name + '"},"spec":{"selector":{"matchLabels":{"app":"web"}}' + rest + "}}";
}

function select(sets: string): Selection {
  return selectSets(document("[" + sets + "]"), document(LABELS), document('"shop"'));
}

function names(selection: Selection): string {
  return selection.matched.map<string>((candidate) => decode(candidate.name)).join(" ");
}

const BY_NAME = ',"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"shop"}}';
const BY_TEAM = ',"namespaceSelector":{"matchLabels":{"team":"a"}}';

describe("selectSets", () => {
  it("orders by name, bytewise", () => {
    expect(names(select(set("b", "") + "," + set("a", "") + "," + set("B", "")))).toBe("B a b");
  });

  it("puts sets that name their namespaces first", () => {
    const byNamespace = set("y", ',"namespace":"shop"');
    const byIn = set(
      "x",
      ',"namespaceSelector":{"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"In","values":["shop"]}]}',
    );
    expect(names(select(set("a", "") + "," + set("z", BY_NAME) + "," + byNamespace + "," + byIn))).toBe(
      "x y z a",
    );
  });

  it("skips paused sets and other namespaces", () => {
    expect(names(select(set("a", ',"injectionStrategy":{"paused":true}')))).toBe("");
    expect(names(select(set("a", ',"injectionStrategy":{"paused":false}')))).toBe("a");
    expect(names(select(set("a", ',"namespace":"bank"')))).toBe("");
    expect(names(select(set("a", ',"namespace":""')))).toBe("a");
  });

  it("lets the exact namespace win over the selector", () => {
    expect(names(select(set("a", ',"namespace":"shop"' + BY_TEAM)))).toBe("a");
  });

  it("keeps what it cannot decide and what is at fault apart", () => {
    const selection = select(
      set("team", BY_TEAM) +
        "," +
        set("odd", ',"namespaceSelector":[]') +
        ',{"spec":{"selector":7}},5,null,{}',
    );
    expect(names(selection)).toBe("");
    expect(selection.undecided.length).toBe(1);
    expect(selection.faults.length).toBe(2);
    expect(selection.faults[0].verdict).toBe(Verdict.NamespaceSelectorFaulty);
    expect(selection.faults[1].verdict).toBe(Verdict.SelectorFaulty);
    expect(selection.faults[1].candidate.toString()).toBe("sidecarSets[2]");
  });
});

describe("decideByNamespace", () => {
  it("adds the sets that the labels select, in their turn", () => {
    const selection = select(
      set("z", "") +
        "," +
        set("m", BY_TEAM) +
        "," +
        set("n", ',"namespaceSelector":{"matchLabels":{"team":"b"}}'),
    );
    decideByNamespace(selection, document(LABELS), document('"shop"'), document('{"team":"a"}'));
    expect(names(selection)).toBe("m z");
  });

  it("treats a Namespace without labels as one that has none", () => {
    const selection = select(
      set("m", ',"namespaceSelector":{"matchExpressions":[{"key":"team","operator":"DoesNotExist"}]}'),
    );
    decideByNamespace(selection, document(LABELS), document('"shop"'), 0);
    expect(names(selection)).toBe("m");
  });
});
