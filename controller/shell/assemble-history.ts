import type { Normalizer } from "../policy/normalizer.ts";
import { AdoptedRevisions } from "./adopted-revisions.ts";
import { PinnedRevisions } from "./pinned-revisions.ts";
import { RevisionHistory } from "./revision-history.ts";
import type { RevisionIndex } from "./revision-index.ts";
import { RevisionWriter } from "./revision-writer.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Places } from "./tuning.ts";

/** Makes the part that knows and writes the ControllerRevisions of sets. */
export function assembleHistory(
  { caches, client, policyModule, clock, logger }: Surroundings,
  places: Places,
  { index, normalizer }: { readonly index: RevisionIndex; readonly normalizer: Normalizer },
): RevisionHistory {
  const writer = new RevisionWriter({ client, store: caches.revisions, namespace: places.revisions });
  return new RevisionHistory({
    index,
    writer,
    pinned: new PinnedRevisions({ client, normalizer }),
    adopted: new AdoptedRevisions({
      client,
      writer,
      namespace: places.adoptFrom,
      hasNamespace: (name) => caches.namespaces.get(name) !== undefined,
      logger,
    }),
    policy: policyModule,
    clock,
    logger,
  });
}
