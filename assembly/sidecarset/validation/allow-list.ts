import {
  decode,
  Elements,
  isEmpty,
  isObject,
  isUnset,
  member,
  Members,
} from "@kubewarden/as-sdk/assembly/json";
import { Labels } from "../../matching/labels";
import { Match, matchSelector } from "../../matching/selector";
import { matches } from "../../regex/matcher";
import { compile, Program } from "../../regex/program";
import { Place } from "../problems/place";
import { validateSelector } from "./selector";

/**
 * Holds patchPodMetadata to the annotation keys that an allow-list names: `{"rules": [{"selector": ...,
 * "allowedAnnotationKeyExprs": [...]}]}`, as OpenKruise keeps it in a ConfigMap.
 *
 * A rule without a selector, or with an empty one, is for every set; others go by the set's labels. Where no rule
 * names an expression for the set, everything is allowed. Expressions match anywhere in a key.
 */
export function validateAllowed(set: Place, allowList: usize): void {
  const patches = set.to("spec").to("patchPodMetadata");
  if (!patches.hasItems) return;
  const expressions = expressionsFor(new Labels(set.to("metadata").to("labels").value), allowList);
  if (expressions.length == 0) return;
  const places = patches.elements();
  while (places.next()) {
    const annotations = places.place.to("annotations");
    const keys = new Members(annotations.value);
    while (keys.next()) {
      const key = decode(keys.key);
      if (isAllowed(key, expressions)) continue;
      annotations.problems.add(
        annotations.path.key(key),
        "not allowed by the policy's patchPodMetadataAllowList",
      );
    }
  }
}

/** What is wrong with the allow-list itself. */
export function validateAllowList(allowList: Place): void {
  const rules = allowList.to("rules").elements();
  while (rules.next()) {
    const selector = rules.place.to("selector");
    if (selector.hasItems) validateSelector(selector);
    const list = rules.place.to("allowedAnnotationKeyExprs");
    const isRule = isObject(rules.place.value);
    if (isRule && !list.hasItems) list.expected("at least one regular expression");
    const expressions = list.elements();
    while (expressions.next()) {
      const error = compile(expressions.place.text).error;
      if (error.length > 0) expressions.place.expected("a regular expression: " + error);
    }
  }
}

function expressionsFor(labels: Labels, allowList: usize): Array<Program> {
  const expressions = new Array<Program>();
  const rules = new Elements(member(allowList, "rules"));
  while (rules.next()) {
    const selector = member(rules.value, "selector");
    const isForAll = isUnset(selector) || isEmpty(selector);
    if (!isForAll && matchSelector(selector, labels) != Match.Yes) continue;
    const texts = new Elements(member(rules.value, "allowedAnnotationKeyExprs"));
    while (texts.next()) expressions.push(compile(decode(texts.value)));
  }
  return expressions;
}

function isAllowed(key: string, expressions: Array<Program>): bool {
  for (let i = 0; i < expressions.length; i++) if (matches(expressions[i], key)) return true;
  return false;
}
