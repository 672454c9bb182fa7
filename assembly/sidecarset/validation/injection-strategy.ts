import { Ascii, textEquals } from "@kubewarden/as-sdk/assembly/json";
import { Place } from "../problems/place";
import { validateSelector } from "./selector";
import { validateAmount } from "./update-strategy";

const POLICIES: Ascii = "Always Partial";

/**
 * A revision has to be named, by its own name or by a custom version; whether it exists is looked up elsewhere. Partial
 * reads the update strategy, whatever its type, so its selector and partition have to make sense.
 */
export function validateInjectionStrategy(spec: Place): void {
  const revision = spec.to("injectionStrategy").to("revision");
  if (!revision.isSet) return;
  if (!revision.to("revisionName").isSet && !revision.to("customVersion").isSet) {
    revision.expected("revisionName or customVersion");
  }
  revision.oneOf("policy", POLICIES);
  const strategy = spec.to("updateStrategy");
  const isChecked = textEquals(strategy.to("type").value, "RollingUpdate");
  if (isChecked || !textEquals(revision.to("policy").value, "Partial")) return;
  if (strategy.to("selector").isSet) validateSelector(strategy.to("selector"));
  validateAmount(strategy.to("partition"));
}
