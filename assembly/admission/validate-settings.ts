import { SettingsResponse, acceptSettings, rejectSettings } from "@kubewarden/as-sdk/assembly";
import { checkSettings } from "../settings/check-settings";
import { Problems } from "../sidecarset/problems/problems";

/** Judges the settings when the PolicyServer starts, and before the controller writes them: every problem at once. */
export function validateSettings(settings: usize): SettingsResponse {
  const problems = new Problems();
  checkSettings(settings, problems);
  return problems.isEmpty ? acceptSettings() : rejectSettings(problems.toString());
}
