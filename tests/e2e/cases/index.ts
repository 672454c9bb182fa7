import { conflict, policyErrors, schemaErrors } from "./admission-errors.ts";
import { editing } from "./editing.ts";
import type { Case } from "./environment.ts";
import { exemption, explained } from "./exemption.ts";
import { allFeatures, featuresRefused } from "./features.ts";
import { history, missingRevision } from "./history.ts";
import { hotUpgrade } from "./hot-upgrade.ts";
import { examplesWork, namespaceLabels } from "./injection.ts";
import { lazyUpgrade } from "./lazy-upgrade.ts";
import { migration } from "./migration.ts";
import { policyOutage, policyOutageIgnored } from "./outages.ts";
import { permissions } from "./permissions.ts";
import { apiServerRestart, compaction, leaderKilled } from "./restarts.ts";
import { rolloutOrder, scatter } from "./rollout-order.ts";
import { rollout } from "./rollout.ts";
import { settingsFaults } from "./settings-faults.ts";
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
  conflict,
  walkthrough,
  editing,
  serverSideApply,
  statusSubresource,
  examplesWork,
  allFeatures,
  featuresRefused,
  namespaceLabels,
  explained,
  exemption,
  nativeSidecar,
  nativeSidecarInJob,
  deployment,
  lazyUpgrade,
  rolloutOrder,
  scatter,
  hotUpgrade,
  history,
  missingRevision,
  migration,
  rollout,
  policyOutage,
  policyOutageIgnored,
  settingsFaults,
  leaderKilled,
  permissions,
  apiServerRestart,
  compaction,
];
