import { policyErrors, schemaErrors } from "./admission-errors.ts";
import type { Case } from "./environment.ts";
import { apiServerRestart, permissions, policyOutage } from "./operations.ts";
import { allFeatures, examplesWork, namespaceLabels } from "./injection.ts";
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
  serverSideApply,
  statusSubresource,
  examplesWork,
  allFeatures,
  namespaceLabels,
  nativeSidecar,
  nativeSidecarInJob,
  deployment,
  rollout,
  policyOutage,
  permissions,
  apiServerRestart,
];
