import { policyErrors, schemaErrors } from "./admission-errors.ts";
import { editing } from "./editing.ts";
import type { Case } from "./environment.ts";
import { history, missingRevision } from "./history.ts";
import { hotUpgrade } from "./hot-upgrade.ts";
import {
  apiServerRestart,
  compaction,
  leaderKilled,
  permissions,
  policyOutage,
  policyOutageIgnored,
} from "./operations.ts";
import { allFeatures, examplesWork, namespaceLabels } from "./injection.ts";
import { migration } from "./migration.ts";
import { rolloutOrder, scatter } from "./rollout-order.ts";
import { rollout } from "./rollout.ts";
import { walkthrough } from "./walkthrough.ts";
import { deployment, nativeSidecar, nativeSidecarInJob } from "./workloads.ts";
import { serverSideApply, statusSubresource } from "./writing.ts";

/**
 * All cases in the order in which they run. `permissions` judges the controller's requests in those before it; after a
 * restart the API server refuses everybody for a moment, until it has read the roles.
 */
export const cases: readonly Case[] = [
  schemaErrors,
  policyErrors,
  walkthrough,
  editing,
  serverSideApply,
  statusSubresource,
  examplesWork,
  allFeatures,
  namespaceLabels,
  nativeSidecar,
  nativeSidecarInJob,
  deployment,
  rolloutOrder,
  scatter,
  hotUpgrade,
  history,
  missingRevision,
  migration,
  rollout,
  policyOutage,
  policyOutageIgnored,
  leaderKilled,
  permissions,
  apiServerRestart,
  compaction,
];
