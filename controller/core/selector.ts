import { isJsonObject } from "../model/json.ts";
import type { StringMap } from "../model/pod.ts";

/** A label selector ready to be asked, or what is wrong with it. */
export type CompiledSelector =
  | { readonly ok: true; readonly matches: (labels: StringMap) => boolean }
  | { readonly ok: false; readonly problem: SelectorProblem };

/** One fault of a selector; `field` is the last name of the path at fault. */
export interface SelectorProblem {
  readonly field: "selector" | "matchLabels" | "matchExpressions" | "key" | "operator" | "values";
  readonly message: string;
}

/** What a selector without any term selects: a SidecarSet's selects nothing, Kubernetes' own everything. */
export type EmptySelector = "nothing" | "everything";

type Requirement = (labels: StringMap) => boolean;

/**
 * Compiles a metav1.LabelSelector, which may be of any shape (sets can be written without admission).
 *
 * One faulty term makes the whole selector faulty, even where another term would fail anyway. The answer only depends
 * on the labels, so callers may memoise it per label object. Shared vectors: tests/vectors/selector.json.
 */
export function compileSelector(selector: unknown, empty: EmptySelector = "nothing"): CompiledSelector {
  if (selector === undefined || selector === null) return { ok: true, matches: () => false };
  if (!isJsonObject(selector)) return fault("selector", "expected an object", selector);
  const requirements: Requirement[] = [];
  const problem =
    labelRequirements(selector["matchLabels"], requirements) ??
    expressionRequirements(selector["matchExpressions"], requirements);
  if (problem) return { ok: false, problem };
  if (requirements.length === 0) return { ok: true, matches: () => empty === "everything" };
  return { ok: true, matches: (labels) => requirements.every((holds) => holds(labels)) };
}

function labelRequirements(matchLabels: unknown, into: Requirement[]): SelectorProblem | undefined {
  if (matchLabels === undefined || matchLabels === null) return undefined;
  if (!isJsonObject(matchLabels)) return problemOf("matchLabels", "expected an object", matchLabels);
  for (const [key, value] of Object.entries(matchLabels)) {
    if (typeof value !== "string") return problemOf("matchLabels", `${key}: expected a string`, value);
    into.push((labels) => valueOf(labels, key) === value);
  }
  return undefined;
}

function expressionRequirements(expressions: unknown, into: Requirement[]): SelectorProblem | undefined {
  if (expressions === undefined || expressions === null) return undefined;
  if (!Array.isArray(expressions)) return problemOf("matchExpressions", "expected a list", expressions);
  for (const expression of expressions as readonly unknown[]) {
    const compiled = compileExpression(expression);
    if (typeof compiled !== "function") return compiled;
    into.push(compiled);
  }
  return undefined;
}

function compileExpression(expression: unknown): Requirement | SelectorProblem {
  if (!isJsonObject(expression)) return problemOf("matchExpressions", "expected an object", expression);
  const { key, operator } = expression;
  if (typeof key !== "string" || key === "") return problemOf("key", "expected a label name", key);
  const values = expression["values"] ?? [];
  if (!Array.isArray(values)) return problemOf("values", "expected a list", values);
  const texts = new Set<string>();
  for (const value of values as readonly unknown[]) {
    if (typeof value !== "string") return problemOf("values", "expected strings", value);
    texts.add(value);
  }
  if (operator === "In" || operator === "NotIn") {
    if (texts.size === 0) return problemOf("values", `expected at least one value for ${operator}`, values);
    if (operator === "In") return (labels) => hasOneOf(valueOf(labels, key), texts);
    return (labels) => !hasOneOf(valueOf(labels, key), texts);
  }
  if (operator === "Exists" || operator === "DoesNotExist") {
    if (texts.size > 0) return problemOf("values", `expected no values for ${operator}`, values);
    const wanted = operator === "Exists";
    return (labels) => (valueOf(labels, key) !== undefined) === wanted;
  }
  return problemOf("operator", "expected In, NotIn, Exists or DoesNotExist", operator);
}

/** The value of a label, for label objects with or without a prototype. */
function valueOf(labels: StringMap, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function hasOneOf(value: string | undefined, values: ReadonlySet<string>): boolean {
  return value !== undefined && values.has(value);
}

function problemOf(field: SelectorProblem["field"], expectation: string, got: unknown): SelectorProblem {
  return { field, message: `${expectation}, got ${JSON.stringify(got) ?? "nothing"}` };
}

function fault(field: SelectorProblem["field"], expectation: string, got: unknown): CompiledSelector {
  return { ok: false, problem: problemOf(field, expectation, got) };
}
