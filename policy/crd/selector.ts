import { coreSchema, propertiesOf } from "./core.ts";
import type { Rule, Schema } from "./schema.ts";

/** Far above any selector seen; it bounds what the API server must expect a rule to cost. */
const EXPRESSIONS_AT_MOST = 256;

const VALUES_FIT_OPERATOR: Rule = {
  rule: "self.operator in ['In', 'NotIn'] ? has(self.values) && size(self.values) > 0 : !has(self.values) || size(self.values) == 0",
  message: "values must be given for In and NotIn, and must be absent for Exists and DoesNotExist",
};

const NOT_EMPTY: Rule = {
  rule: "(has(self.matchLabels) && size(self.matchLabels) > 0) || (has(self.matchExpressions) && size(self.matchExpressions) > 0)",
  message: "expected at least one label or expression: an empty selector would select everything",
};

/** A label selector whose operators and values are checked. `empty: "rejected"` also asks for at least one requirement. */
export function labelSelector(description: string, empty: "allowed" | "rejected"): Schema {
  const schema = coreSchema("labelSelector");
  const expressions = propertiesOf(schema)["matchExpressions"];
  const operator = propertiesOf(expressions?.items)["operator"];
  if (expressions?.items === undefined || operator === undefined)
    throw new Error("label selector: no expressions");
  operator.enum = ["In", "NotIn", "Exists", "DoesNotExist"];
  expressions.maxItems = EXPRESSIONS_AT_MOST;
  expressions.items["x-kubernetes-validations"] = [VALUES_FIT_OPERATOR];
  if (empty === "rejected") schema["x-kubernetes-validations"] = [NOT_EMPTY];
  return { description, ...schema };
}
