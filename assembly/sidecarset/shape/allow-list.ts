import { Fields, Presence } from "./fields";
import { labelSelector } from "./selector";

/** The setting that says which annotations SidecarSets may write into Pods. */
export function allowList(fields: Fields): void {
  fields.objects("rules", rule);
}

function rule(fields: Fields): void {
  fields.object("selector", labelSelector, Presence.NotNull);
  fields.texts("allowedAnnotationKeyExprs");
}
