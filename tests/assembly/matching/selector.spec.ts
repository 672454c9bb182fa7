import { member } from "@kubewarden/as-sdk/assembly/json";
import { Labels } from "../../../assembly/matching/labels";
import { Match, matchSelector } from "../../../assembly/matching/selector";
import { SelectorFault, selectorFault } from "../../../assembly/matching/selector-fault";
import { document } from "../document";

function answer(selector: string, labels: string): Match {
  return matchSelector(document(selector), new Labels(document(labels)));
}

/** The answer while only the Namespace's name, shop, is known. */
function unread(selector: string): Match {
  return matchSelector(document(selector), new Labels(0, document('"shop"'), false));
}

// The whole table of selectors is tests/vectors/selector.json, which the contract tests run on the release build.
describe("matchSelector", () => {
  it("needs every term", () => {
    expect(
      answer(
        '{"matchLabels":{"a":"1"},"matchExpressions":[{"key":"b","operator":"Exists"}]}',
        '{"a":"1","b":""}',
      ),
    ).toBe(Match.Yes);
    expect(
      answer('{"matchLabels":{"a":"1"},"matchExpressions":[{"key":"b","operator":"Exists"}]}', '{"a":"1"}'),
    ).toBe(Match.No);
  });

  it("matches nothing without terms", () => {
    expect(answer("{}", '{"a":"1"}')).toBe(Match.No);
    expect(answer("null", '{"a":"1"}')).toBe(Match.No);
    expect(matchSelector(0, new Labels(document("{}")))).toBe(Match.No);
  });

  it("answers for the Namespace's name before its labels are read", () => {
    expect(unread('{"matchLabels":{"kubernetes.io/metadata.name":"shop"}}')).toBe(Match.Yes);
    expect(unread('{"matchLabels":{"kubernetes.io/metadata.name":"bank"}}')).toBe(Match.No);
    expect(
      unread(
        '{"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"NotIn","values":["bank"]}]}',
      ),
    ).toBe(Match.Yes);
  });

  it("does not know terms on other labels before they are read", () => {
    expect(unread('{"matchLabels":{"team":"a"}}')).toBe(Match.Unknown);
    expect(unread('{"matchExpressions":[{"key":"team","operator":"DoesNotExist"}]}')).toBe(Match.Unknown);
    expect(unread('{"matchLabels":{"team":"a","kubernetes.io/metadata.name":"shop"}}')).toBe(Match.Unknown);
    expect(unread('{"matchLabels":{"kubernetes.io/metadata.name":"shop","team":"a"}}')).toBe(Match.Unknown);
  });

  it("needs no more labels once a known term fails", () => {
    expect(unread('{"matchLabels":{"team":"a","kubernetes.io/metadata.name":"bank"}}')).toBe(Match.No);
    expect(
      unread(
        '{"matchLabels":{"team":"a"},"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"DoesNotExist"}]}',
      ),
    ).toBe(Match.No);
  });
});

describe("selectorFault", () => {
  it("finds none in an absent selector", () => {
    expect(selectorFault(0)).toBe(SelectorFault.None);
    expect(selectorFault(member(document('{"selector":null}'), "selector"))).toBe(SelectorFault.None);
  });

  it("names the part at fault", () => {
    expect(selectorFault(document("[]"))).toBe(SelectorFault.Selector);
    expect(selectorFault(document('{"matchLabels":{"a":1}}'))).toBe(SelectorFault.MatchLabels);
    expect(selectorFault(document('{"matchExpressions":[{"key":"a","operator":"Near"}]}'))).toBe(
      SelectorFault.Operator,
    );
    expect(selectorFault(document('{"matchExpressions":[{"key":"a","operator":"In","values":[]}]}'))).toBe(
      SelectorFault.Values,
    );
  });
});
