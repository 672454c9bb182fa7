import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { compileSelector } from "../../../controller/core/selector.ts";
import { SelectorIndex } from "../../../controller/core/selector-index.ts";

const key = fc.constantFrom("app", "tier", "constructor");
const value = fc.constantFrom("", "a", "b");
const labels = fc.dictionary(key, value, { maxKeys: 3, noNullPrototype: false });
const selector = fc.record(
  {
    matchLabels: fc.dictionary(key, value, { maxKeys: 2 }),
    matchExpressions: fc.array(
      fc.record({
        key,
        operator: fc.constantFrom("In", "NotIn", "Exists", "DoesNotExist", "Faulty"),
        values: fc.array(value, { maxLength: 2 }),
      }),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);
const change = fc.record({
  name: fc.constantFrom("one", "two", "three"),
  selector: fc.option(selector, { nil: undefined }),
});

test("the index finds what asking every set finds, whatever changed before", () => {
  fc.assert(
    fc.property(fc.array(change), fc.array(labels, { minLength: 1 }), (changes, pods) => {
      const index = new SelectorIndex();
      const selectors = new Map<string, unknown>();
      for (const { name, selector } of changes) {
        for (const pod of pods) index.matching(pod);
        if (selector === undefined) index.remove(name);
        else index.put(name, selector);
        selectors.delete(name);
        if (selector !== undefined) selectors.set(name, selector);
      }
      for (const pod of pods) {
        const expected = [...selectors].flatMap(([name, selector]) => {
          const compiled = compileSelector(selector);
          return compiled.ok && compiled.matches(pod) ? name : [];
        });
        assert.deepEqual([...index.matching(pod)].toSorted(), expected.toSorted());
      }
    }),
  );
});
