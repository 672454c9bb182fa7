import type { Normalizer } from "../policy/normalizer.ts";
import type { SettingsJudge } from "../policy/settings-judge.ts";
import type { Delivery } from "./delivery.ts";
import { KeptSettings } from "./kept-settings.ts";
import type { RevisionHistory } from "./revision-history.ts";
import { SetDocuments } from "./set-documents.ts";
import { SettingsConfirmation } from "./settings-confirmation.ts";
import { SettingsWriter } from "./settings-writer.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Places, Tuning } from "./tuning.ts";

/** Makes the delivery of sets by the settings of the policy. */
export function assembleDelivery(
  { caches, client, queues, clock, logger }: Surroundings,
  { policy, kubewarden, revisions }: Places,
  tuning: Tuning,
  {
    normalizer,
    judge,
    history,
  }: { readonly normalizer: Normalizer; readonly judge: SettingsJudge; readonly history: RevisionHistory },
): Delivery {
  const { sets, pods, policies } = caches;
  const kept = new KeptSettings({ client, namespace: revisions, policy, logger });
  return new SettingsWriter({
    client,
    sets,
    policies,
    documents: new SetDocuments({ normalizer, history }),
    judge,
    confirmation: new SettingsConfirmation({ client, pods, namespace: kubewarden, kept, clock }),
    policy,
    limitBytes: tuning.settingsLimitBytes ?? 900 * 1024,
    intervalMs: tuning.settingsIntervalMs ?? 60_000,
    clock,
    logger,
    onDecision() {
      for (const { metadata } of sets.values()) queues.sidecarset.add(metadata.name);
    },
  });
}
