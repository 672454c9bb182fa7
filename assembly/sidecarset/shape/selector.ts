import { Fields, Presence } from "./fields";

export function labelSelector(fields: Fields): void {
  fields.textMap("matchLabels");
  fields.objects("matchExpressions", labelRequirement);
}

function labelRequirement(fields: Fields): void {
  fields.text("key", Presence.Always);
  fields.text("operator", Presence.Always);
  fields.texts("values");
}
