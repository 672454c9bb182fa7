import { Place } from "../problems/place";

const POLICIES = "Always Partial";

/** A revision has to be named, by its own name or by a custom version; whether it exists is looked up elsewhere. */
export function validateInjectionStrategy(strategy: Place): void {
  const revision = strategy.to("revision");
  if (!revision.isSet) return;
  if (!revision.to("revisionName").isSet && !revision.to("customVersion").isSet) {
    revision.expected("revisionName or customVersion");
  }
  revision.oneOf("policy", POLICIES);
}
