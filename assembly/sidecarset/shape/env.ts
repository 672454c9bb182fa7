import { Fields, Presence } from "./fields";

export function envVar(fields: Fields): void {
  fields.text("name", Presence.Always);
  fields.text("value", Presence.NotZero);
  fields.object("valueFrom", envVarSource, Presence.NotNull);
}

export function envFrom(fields: Fields): void {
  fields.text("prefix", Presence.NotZero);
  fields.object("configMapRef", optionalReference, Presence.NotNull);
  fields.object("secretRef", optionalReference, Presence.NotNull);
}

export function objectFieldSelector(fields: Fields): void {
  fields.text("apiVersion", Presence.NotZero);
  fields.text("fieldPath", Presence.Always);
}

function envVarSource(fields: Fields): void {
  fields.object("fieldRef", objectFieldSelector, Presence.NotNull);
  fields.object("resourceFieldRef", resourceFieldSelector, Presence.NotNull);
  fields.object("configMapKeyRef", keySelector, Presence.NotNull);
  fields.object("secretKeyRef", keySelector, Presence.NotNull);
}

function resourceFieldSelector(fields: Fields): void {
  fields.text("containerName", Presence.NotZero);
  fields.text("resource", Presence.Always);
  fields.quantity("divisor");
}

function keySelector(fields: Fields): void {
  fields.text("name", Presence.NotZero);
  fields.text("key", Presence.Always);
  fields.boolean("optional", Presence.NotNull);
}

function optionalReference(fields: Fields): void {
  fields.text("name", Presence.NotZero);
  fields.boolean("optional", Presence.NotNull);
}
