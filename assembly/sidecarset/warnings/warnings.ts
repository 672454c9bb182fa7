import { Path } from "../problems/path";
import { Place } from "../problems/place";
import { Problems } from "../problems/problems";
import { warnOfExpressions } from "./expressions";
import { warnOfHotUpgrade } from "./hot-upgrade";
import { warnOfPatches } from "./pod-metadata";
import { warnOfRecreation } from "./recreation";
import { warnOfRevision } from "./revision";
import { warnOfStrategy } from "./strategy";

/**
 * What a person should know about a valid SidecarSet: one line each, `path: what will happen`.
 * `before` is the defaulted set that an update replaces, 0 at creation.
 */
export function warningsOf(set: usize, before: usize): Array<string> {
  const warnings = new Problems();
  const spec = new Place(set, Path.root(""), warnings).to("spec");
  warnOfStrategy(spec);
  warnOfRevision(spec);
  warnOfPatches(spec.to("patchPodMetadata"));
  warnOfHotUpgrade(spec.to("containers"), false);
  warnOfHotUpgrade(spec.to("initContainers"), true);
  warnOfExpressions(spec.to("containers"));
  warnOfExpressions(spec.to("initContainers"));
  if (before != 0) warnOfRecreation(spec, new Place(before, Path.root(""), warnings).to("spec").value);
  return warnings.lines;
}
