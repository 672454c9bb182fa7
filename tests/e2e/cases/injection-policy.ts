import assert from "node:assert/strict";
import type { Environment } from "./environment.ts";

/** Path of the policy that injects. */
export const injectionPolicy =
  "/apis/policies.kubewarden.io/v1/clusteradmissionpolicies/sidecarset-injection";

/** Merges into the settings, as a user does. */
export async function configure(environment: Environment, settings: object): Promise<void> {
  const answer = await environment.admin.patch(injectionPolicy, "merge", { spec: { settings } });
  assert.equal(answer.status, 200, answer.body.message);
}
