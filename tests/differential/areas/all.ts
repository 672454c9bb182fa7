import type { AnyArea } from "../area.ts";
import { expressions } from "./expressions.ts";
import { injection } from "./injection.ts";
import { pinned } from "./pinned.ts";
import { reconciliation } from "./reconcile.ts";
import { revisions } from "./revision.ts";
import { sidecarSets } from "./sidecarset.ts";
import { upgrade } from "./upgrade.ts";

export const areas: readonly AnyArea[] = [
  sidecarSets,
  expressions,
  injection,
  pinned,
  revisions,
  upgrade,
  reconciliation,
];
