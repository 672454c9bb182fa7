import { member } from "@kubewarden/as-sdk/assembly/json";
import { jsonText } from "../document/json-text";
import { normalise } from "../sidecarset/normalise";
import { Path } from "../sidecarset/problems/path";
import { Problems } from "../sidecarset/problems/problems";
import { validateSidecarSet } from "../sidecarset/validation/sidecarset";
import { EffectiveSet, isNormalised } from "./effective-set";
import { checkSetShape } from "./set-shape";

/** A SidecarSet in the form that is injected, or what is wrong with it. */
export class PreparedSet {
  constructor(
    public readonly set: EffectiveSet,
    /** Empty when the set can be injected. */
    public readonly problems: Problems,
  ) {}
}

/** Takes a SidecarSet as it is when it carries its hashes; one that was written by hand is completed and checked here. */
export function prepareSet(root: usize): PreparedSet {
  if (isNormalised(member(member(root, "metadata"), "annotations"))) return checked(new EffectiveSet(root));
  const normalised = normalise(root);
  const problems = validateSidecarSet(normalised.set, 0, Path.root(""));
  const set = new EffectiveSet(normalised.set);
  if (!problems.isEmpty) return new PreparedSet(set, problems);
  set.hash = jsonText(normalised.hash);
  set.hashWithoutImage = jsonText(normalised.hashWithoutImage);
  return checked(set);
}

function checked(set: EffectiveSet): PreparedSet {
  const problems = new Problems();
  checkSetShape(set, problems);
  return new PreparedSet(set, problems);
}
