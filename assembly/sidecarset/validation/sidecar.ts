import { Ascii, isBlank } from "@kubewarden/as-sdk/assembly/json";
import { problemOf } from "../expression/evaluate";
import { compile } from "../../regex/program";
import { isNativeSidecar } from "../hash/hashes";
import { Place } from "../problems/place";
import { quoted } from "../problems/shown";
import { subscriptOf } from "./env";
import { qualifiedNameRule } from "./names";

const INJECT_POLICIES: Ascii = "BeforeAppContainer AfterAppContainer";
const SHARE_POLICIES: Ascii = "enabled disabled";
const VARIABLES: StaticArray<Ascii> = ["cpu", "memory"];
const MODES: Ascii = "sum max";

/** The fields that only containers of a SidecarSet have. */
export function validateSidecarFields(container: Place): void {
  container.oneOf("podInjectPolicy", INJECT_POLICIES);
  container.to("shareVolumePolicy").oneOf("type", SHARE_POLICIES);
  validateTransferEnv(container.to("transferEnv"));
  validateResourcesPolicy(container);
}

/** Of those fields only resourcesPolicy concerns an init container, and only a native sidecar may have it. */
export function validateInitSidecarFields(container: Place): void {
  const policy = container.to("resourcesPolicy");
  if (policy.isSet && !isNativeSidecar(container.value)) {
    policy.forbidden('for an init container without restartPolicy "Always"');
  }
  validateResourcesPolicy(container);
}

function validateTransferEnv(list: Place): void {
  const places = list.elements();
  while (places.next()) {
    const from = places.place.to("sourceContainerNameFrom");
    if (!from.isSet) continue;
    const reference = from.to("fieldRef");
    if (reference.isSet) validateReference(reference);
    else from.expected("a fieldRef");
  }
}

function validateReference(reference: Place): void {
  const version = reference.to("apiVersion");
  if (version.text != "v1") version.expected('"v1"');
  const path = reference.required("fieldPath");
  if (path.length == 0) return;
  const key = subscriptOf(path);
  if (key.length == 0 || qualifiedNameRule(key).length > 0) {
    reference.to("fieldPath").expected("metadata.labels['key'] or metadata.annotations['key']");
  }
}

/** The shape of a resourcesPolicy. */
function validateResourcesPolicy(container: Place): void {
  const policy = container.to("resourcesPolicy");
  if (!policy.isSet) return;
  const resources = container.to("resources");
  if (resources.to("limits").hasItems || resources.to("requests").hasItems) {
    return policy.forbidden("together with resources.limits or resources.requests");
  }
  policy.required("targetContainersMode");
  policy.oneOf("targetContainersMode", MODES);
  validateRegex(policy);
  const expressions = policy.to("resourcesExpr");
  if (!expressions.to("limits").isSet && !expressions.to("requests").isSet) {
    expressions.expected("limits or requests");
  }
  for (let i = 0; i < VARIABLES.length; i++) {
    validateExpression(expressions.to("limits").to(VARIABLES[i]), VARIABLES[i]);
    validateExpression(expressions.to("requests").to(VARIABLES[i]), VARIABLES[i]);
  }
}

/** The expression has to compute with its own variable at 1; with real quantities it can still fail. */
function validateExpression(expression: Place, variable: Ascii): void {
  if (isBlank(expression.value)) return;
  const problem = problemOf(expression.text, variable.toString());
  if (problem.length > 0)
    expression.problems.add(expression.path, problem + ", in " + quoted(expression.text));
}

function validateRegex(policy: Place): void {
  const expression = policy.required("targetContainersNameRegex");
  const problem = compile(expression).error;
  if (problem.length > 0) policy.to("targetContainersNameRegex").expected("a regular expression: " + problem);
}
