import { sidecarContainer } from "./container";
import { Fields, Presence } from "./fields";
import { labelSelector } from "./selector";

/** A SidecarSet as written by users: the union of its versions, early fields included. Volumes have their own check. */
export function sidecarSet(fields: Fields): void {
  fields.object("metadata", metadata, Presence.Always);
  fields.object("spec", spec, Presence.Always);
}

function metadata(fields: Fields): void {
  fields.text("name", Presence.NotZero);
  fields.text("generateName", Presence.NotZero);
  fields.text("namespace", Presence.NotZero);
  fields.textMap("labels");
  fields.textMap("annotations");
}

function spec(fields: Fields): void {
  fields.object("selector", labelSelector, Presence.NotNull);
  fields.text("namespace", Presence.NotZero);
  fields.object("namespaceSelector", labelSelector, Presence.NotNull);
  fields.objects("initContainers", sidecarContainer);
  fields.objects("containers", sidecarContainer);
  fields.objects("volumes", volumeName);
  fields.object("updateStrategy", updateStrategy, Presence.Always);
  fields.object("injectionStrategy", injectionStrategy, Presence.Always);
  fields.objects("imagePullSecrets", imagePullSecret);
  fields.integer("revisionHistoryLimit", Presence.NotNull);
  fields.objects("patchPodMetadata", patchPodMetadata);
  fields.text("customVersion", Presence.NotZero);
  fields.boolean("paused", Presence.NotZero);
  fields.object("strategy", earlyStrategy, Presence.NotNull);
}

function volumeName(fields: Fields): void {
  fields.text("name", Presence.Always);
}

function updateStrategy(fields: Fields): void {
  fields.text("type", Presence.NotZero);
  fields.boolean("paused", Presence.NotZero);
  fields.object("selector", labelSelector, Presence.NotNull);
  fields.integerOrText("partition", Presence.NotNull);
  fields.integerOrText("maxUnavailable", Presence.NotNull);
  fields.object("priorityStrategy", priorityStrategy, Presence.NotNull);
  fields.objects("scatterStrategy", scatterTerm);
}

function priorityStrategy(fields: Fields): void {
  fields.objects("orderPriority", orderTerm);
  fields.objects("weightPriority", weightTerm);
}

function orderTerm(fields: Fields): void {
  fields.text("orderedKey", Presence.Always);
}

function weightTerm(fields: Fields): void {
  fields.integer("weight", Presence.Always);
  fields.object("matchSelector", labelSelector, Presence.Always);
}

function scatterTerm(fields: Fields): void {
  fields.text("key", Presence.Always);
  fields.text("value", Presence.Always);
}

function injectionStrategy(fields: Fields): void {
  fields.boolean("paused", Presence.NotZero);
  fields.object("revision", injectionRevision, Presence.NotNull);
}

function injectionRevision(fields: Fields): void {
  fields.text("customVersion", Presence.NotNull);
  fields.text("revisionName", Presence.NotNull);
  fields.text("policy", Presence.NotZero);
}

function imagePullSecret(fields: Fields): void {
  fields.text("name", Presence.NotZero);
}

function patchPodMetadata(fields: Fields): void {
  fields.textMap("annotations");
  fields.text("patchPolicy", Presence.NotZero);
}

function earlyStrategy(fields: Fields): void {
  fields.object("rollingUpdate", earlyRollingUpdate, Presence.NotNull);
}

function earlyRollingUpdate(fields: Fields): void {
  fields.integerOrText("maxUnavailable", Presence.NotNull);
}
