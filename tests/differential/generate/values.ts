import * as fc from "fast-check";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** An object of which every field but the required ones is mostly absent. */
export function sparse(
  fields: Record<string, fc.Arbitrary<Json>>,
  required: readonly string[] = [],
  presence = 3,
): fc.Arbitrary<JsonObject> {
  const entries = Object.entries(fields);
  const optional = entries.map(([name, value]) => {
    const given = value.map((found): [string, Json][] => [[name, found]]);
    if (required.includes(name)) return given;
    return fc.oneof({ weight: presence, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: given });
  });
  return fc.tuple(...optional).map((chosen) => Object.fromEntries(chosen.flat()));
}

/** The first kind of value, and once in `odds` the second. */
export function mostly<A, B>(usual: fc.Arbitrary<A>, rare: fc.Arbitrary<B>, odds = 40): fc.Arbitrary<A | B> {
  return fc.oneof({ weight: odds, arbitrary: usual }, { weight: 1, arbitrary: rare });
}

export function oneOf<T>(...values: T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...values);
}

export function some<T>(item: fc.Arbitrary<T>, maxLength = 3): fc.Arbitrary<T[]> {
  return fc.array(item, { maxLength });
}

/** Texts that JSON writers and Go's encoder spell differently. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: oneOf("", "a", "x=y", "1", "true", "$(POD_NAME)/b") },
  {
    weight: 1,
    arbitrary: oneOf("<a>&b", "\u2028\u2029", 'q"\\/', "\b\f\n\r\t\u0001\u007f", "é😀", "\ud800", "\udc00x"),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
);

export const cpu: fc.Arbitrary<Json> = oneOf<Json>(
  "100m",
  "0.5",
  "1",
  2,
  0.25,
  "1500m",
  "0",
  "1e3",
  "2k",
  "0.0001",
  "1u",
  "1000m",
  "+1",
  "1.500",
  "007",
  "100n",
);

export const memory: fc.Arbitrary<Json> = oneOf<Json>(
  "128Mi",
  "1Gi",
  "1G",
  "100M",
  "1073741824",
  1024,
  "1.5Gi",
  "512Ki",
  "1e9",
  "0",
  "1000",
  "100m",
  "1Ti",
  "0.5Mi",
  "1E",
  "3e-3",
);

export const badQuantity: fc.Arbitrary<Json> = oneOf<Json>(
  "x",
  "-1",
  "1 Mi",
  "",
  "1mm",
  "--1",
  "1e",
  "1.2.3",
  "Mi",
  true,
);

export const labelKey = oneOf("app", "tier", "kubernetes.io/metadata.name", "a.b/c", "x-1");
export const labelValue = oneOf("web", "db", "", "a", "1");
export const labels: fc.Arbitrary<JsonObject> = fc.dictionary(labelKey, labelValue, {
  maxKeys: 3,
  noNullPrototype: true,
});

const requirement: fc.Arbitrary<Json> = fc.oneof(
  fc.record({
    key: labelKey,
    operator: oneOf("In", "NotIn"),
    values: fc.array(labelValue, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ key: labelKey, operator: oneOf("Exists", "DoesNotExist") }),
);

const badRequirement: fc.Arbitrary<Json> = oneOf<Json>(
  { key: "app", operator: "In" },
  { key: "app", operator: "Exists", values: ["a"] },
  { key: "app", operator: "Is", values: ["a"] },
  { key: "a b", operator: "Exists" },
  { key: "app", operator: "In", values: ["a b"] },
  { key: "app", operator: "NotIn", values: [] },
  { key: "", operator: "Exists" },
  { key: "app" },
);

/** A selector that has terms and no fault. */
export const validSelector: fc.Arbitrary<Json> = fc.oneof(
  fc.record({
    matchLabels: fc.dictionary(labelKey, labelValue, { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
  }),
  fc.record({ matchLabels: labels, matchExpressions: fc.array(requirement, { minLength: 1, maxLength: 2 }) }),
);

/** A label selector; rarely an empty one, an invalid one. */
export const selector: fc.Arbitrary<Json> = fc
  .tuple(
    mostly(labels, oneOf<JsonObject>({ "a b": "c" }, { app: "a b" }, { "/x": "y" })),
    fc.array(mostly(requirement, badRequirement, 60), { maxLength: 2 }),
    mostly(fc.constant(true), fc.constant(false)),
  )
  .map(([matchLabels, matchExpressions, filled]): Json => {
    const empty = Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
    if (empty && filled) return { matchLabels: { app: "web" } };
    return {
      ...(Object.keys(matchLabels).length > 0 && { matchLabels }),
      ...(matchExpressions.length > 0 && { matchExpressions }),
    };
  });

export const intOrPercent: fc.Arbitrary<Json> = mostly(
  oneOf<Json>(0, 1, 2, 5, 100, "0%", "1%", "25%", "50%", "99%", "100%", "150%", "007%"),
  oneOf<Json>(-1, "5", "a%", "%", "1.5%", "-1%", ""),
  15,
);
