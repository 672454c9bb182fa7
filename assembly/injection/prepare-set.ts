import { member } from "@kubewarden/as-sdk/assembly/json";
import { closeRegion, keepText, openRegion } from "@kubewarden/as-sdk/assembly/memory";
import { normalise, written } from "../sidecarset/normalise";
import { Path } from "../sidecarset/problems/path";
import { Problems } from "../sidecarset/problems/problems";
import { validateSidecarSet } from "../sidecarset/validation/sidecarset";
import { EffectiveSet, isNormalised } from "./effective-set";
import { checkSetShape } from "./set-shape";

/**
 * Takes a SidecarSet as it is when it carries its hashes; one that was written by hand is completed and checked here.
 * Notes what is wrong with a set that cannot be injected and answers null. Cost: a hand-written set is copied.
 */
export function prepareSet(root: usize, problems: Problems): EffectiveSet | null {
  const complete = isNormalised(member(member(root, "metadata"), "annotations"))
    ? root
    : completed(root, problems);
  if (complete == 0) return null;
  const set = new EffectiveSet(complete);
  const region = openRegion();
  checkSetShape(set, problems);
  if (!problems.isEmpty) return null;
  closeRegion(region);
  return set;
}

/** The set with defaults and hashes, 0 when it has problems. */
function completed(root: usize, problems: Problems): usize {
  const region = openRegion();
  const normalised = normalise(root);
  problems.take(validateSidecarSet(normalised.set, 0, Path.root("")));
  if (!problems.isEmpty) return 0;
  const text = written(root, normalised);
  return text ? keepText(region, text) : root;
}
