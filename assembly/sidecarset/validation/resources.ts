import { Ascii, decode, isUnset, member, Members } from "@kubewarden/as-sdk/assembly/json";
import { Names } from "../../document/names";
import { memberNamed } from "../../document/value";
import { Path } from "../problems/path";
import { Place } from "../problems/place";
import { canonical } from "../quantity/notation";
import { compareQuantities, Quantity } from "../quantity/quantity";
import { isPlainQuantity, quantityOf } from "../quantity/value";
import { qualifiedNameRule } from "./names";

const KNOWN_RESOURCES =
  "cpu, memory, ephemeral-storage, hugepages-<size> or a name with a domain such as example.com/gpu";
const RESIZE_RESOURCES: Ascii = "cpu memory";
const RESIZE_POLICIES: Ascii = "NotRequired RestartContainer";

/** Names, signs, and requests within limits. Quantities that cannot be read were reported as such already. */
export function validateResources(resources: Place): void {
  const limits = resources.to("limits");
  const requests = resources.to("requests");
  validateAmounts(limits);
  validateAmounts(requests);
  validateRequests(requests, limits);
  if (hasHugePages(limits.value) || hasHugePages(requests.value)) {
    if (!isComputed(limits.value) && !isComputed(requests.value))
      resources.expected("cpu or memory with huge pages");
  }
  const claims = resources.to("claims");
  if (claims.hasItems) claims.forbidden("because a SidecarSet brings no resource claims");
}

function hasHugePages(amounts: usize): bool {
  const members = new Members(amounts);
  while (members.next()) if (decode(members.key).startsWith("hugepages-")) return true;
  return false;
}

function isComputed(amounts: usize): bool {
  return !isUnset(member(amounts, "cpu")) || !isUnset(member(amounts, "memory"));
}

export function validateResizePolicy(policies: Place): void {
  const seen = new Names();
  const places = policies.elements();
  while (places.next()) {
    const name = places.place.required("resourceName");
    places.place.oneOf("resourceName", RESIZE_RESOURCES);
    if (!seen.add(name) && name.length > 0) places.place.to("resourceName").expected("each resource once");
    places.place.required("restartPolicy");
    places.place.oneOf("restartPolicy", RESIZE_POLICIES);
  }
}

function validateAmounts(amounts: Place): void {
  const members = new Members(amounts.value);
  while (members.next()) {
    const name = decode(members.key);
    const place = new Place(members.value, amounts.path.key(name), amounts.problems);
    const rule = resourceNameRule(name);
    if (rule.length > 0) place.problems.add(place.path, "expected the name to be " + rule);
    if (isPlainQuantity(members.value) && !isCounted(name)) continue;
    const amount = quantityOf(members.value);
    if (amount === null) continue;
    if (amount.negative) place.expected("a quantity from 0");
    else if (isCounted(name) && hasFraction(amount)) place.expected("a whole number of " + name);
  }
}

function validateRequests(requests: Place, limits: Place): void {
  const members = new Members(requests.value);
  while (members.next()) {
    const name = decode(members.key);
    const request = quantityOf(members.value);
    if (request === null) continue;
    const path = requests.path.key(name);
    const limit = memberNamed(limits.value, name);
    const ceiling = quantityOf(limit);
    if (ceiling === null) {
      if (isUnset(limit) && !isOvercommitted(name)) {
        limits.problems.add(limits.path.key(name), "required, because " + name + " is requested");
      }
      continue;
    }
    const order = compareQuantities(request, ceiling);
    if (!isOvercommitted(name) && order != 0) tellOrder(requests, path, request, "exactly", ceiling);
    else if (order > 0) tellOrder(requests, path, request, "at most", ceiling);
  }
}

function tellOrder(requests: Place, path: Path, request: Quantity, how: string, limit: Quantity): void {
  requests.problems.add(
    path,
    "expected " + how + " the limit of " + canonical(limit) + ", got " + canonical(request),
  );
}

function resourceNameRule(name: string): string {
  const rule = qualifiedNameRule(name);
  if (rule.length == 0 && isCounted(name) && !isCountable(name)) return KNOWN_RESOURCES;
  if (rule.length > 0 || name.includes("/") || name.startsWith("hugepages-")) return rule;
  if (name == "cpu" || name == "memory" || name == "ephemeral-storage") return rule;
  return KNOWN_RESOURCES;
}

/** Quotas put `requests.` in front of the names of devices, which has to fit and not to be there already. */
function isCountable(name: string): bool {
  return !name.startsWith("requests.") && qualifiedNameRule("requests." + name).length == 0;
}

/** Whether a container may request less than its limit. Huge pages and devices are either there or not. */
function isOvercommitted(name: string): bool {
  return !isCounted(name) && !name.startsWith("hugepages-");
}

/** Devices and other resources with a domain of their own come in whole numbers. */
function isCounted(name: string): bool {
  const slash = name.indexOf("/");
  return slash >= 0 && !name.slice(0, slash).endsWith("kubernetes.io");
}

function hasFraction(amount: Quantity): bool {
  return !amount.isZero() && amount.nano.limbs[0] != 0;
}
