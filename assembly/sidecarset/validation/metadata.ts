import { decode, isBlank, Members, member, skip } from "@kubewarden/as-sdk/assembly/json";
import { Place } from "../problems/place";
import { lowered } from "../../document/letter-case";
import { consistsOf, isWordCharacter, labelValueRule, qualifiedNameRule } from "./names";

const LONGEST_NAME = 63;
/** All annotations of an object together, keys included. */
const ANNOTATIONS_LIMIT: usize = 256 * 1024;

/** Name, labels and annotations. The API server has checked what every object must have; this checks a set's own rules. */
export function validateMetadata(metadata: Place): void {
  const name = metadata.to("name");
  if (!isBlank(name.value)) validateName(name);
  else if (isBlank(member(metadata.value, "generateName"))) metadata.required("name");
  const namespace = metadata.to("namespace");
  if (!isBlank(namespace.value)) namespace.forbidden("because a SidecarSet belongs to the cluster");
  validateLabels(metadata.to("labels"));
  validateAnnotations(metadata.to("annotations"));
}

/** Qualified keys, and values that labels can have. */
export function validateLabels(labels: Place): void {
  const members = new Members(labels.value);
  while (members.next()) {
    const key = decode(members.key);
    const place = new Place(members.value, labels.path.key(key), labels.problems);
    const keyRule = qualifiedNameRule(key);
    if (keyRule.length > 0) labels.problems.add(place.path, "expected the key to be " + keyRule);
    place.follow(labelValueRule);
  }
}

/** Qualified keys (in any case), and no more text than an object may carry. */
export function validateAnnotations(annotations: Place): void {
  let size: usize = 0;
  const members = new Members(annotations.value);
  while (members.next()) {
    const key = decode(members.key);
    size += skip(members.key) - members.key + (skip(members.value) - members.value) - 4;
    const rule = qualifiedNameRule(lowered(key));
    if (rule.length > 0) {
      annotations.problems.add(annotations.path.key(key), "expected the key to be " + rule);
    }
  }
  if (size > ANNOTATIONS_LIMIT) {
    annotations.problems.add(
      annotations.path,
      "expected at most " + ANNOTATIONS_LIMIT.toString() + " bytes, got " + size.toString(),
    );
  }
}

function validateName(name: Place): void {
  const text = name.text;
  const valid = text.length <= LONGEST_NAME && consistsOf(text, isNameCharacter);
  if (!valid) name.expected("at most 63 letters, digits and dashes");
}

function isNameCharacter(code: i32): bool {
  return isWordCharacter(code) || code == 0x2d;
}
