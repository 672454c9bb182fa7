import { Fields, Presence } from "./fields";

export function securityContext(fields: Fields): void {
  fields.object("capabilities", capabilities, Presence.NotNull);
  fields.boolean("privileged", Presence.NotNull);
  fields.object("seLinuxOptions", seLinuxOptions, Presence.NotNull);
  fields.object("windowsOptions", windowsOptions, Presence.NotNull);
  fields.integer("runAsUser", Presence.NotNull);
  fields.integer("runAsGroup", Presence.NotNull);
  fields.boolean("runAsNonRoot", Presence.NotNull);
  fields.boolean("readOnlyRootFilesystem", Presence.NotNull);
  fields.boolean("allowPrivilegeEscalation", Presence.NotNull);
  fields.text("procMount", Presence.NotNull);
  fields.object("seccompProfile", profile, Presence.NotNull);
  fields.object("appArmorProfile", profile, Presence.NotNull);
}

function capabilities(fields: Fields): void {
  fields.texts("add");
  fields.texts("drop");
}

function seLinuxOptions(fields: Fields): void {
  fields.text("user", Presence.NotZero);
  fields.text("role", Presence.NotZero);
  fields.text("type", Presence.NotZero);
  fields.text("level", Presence.NotZero);
}

function windowsOptions(fields: Fields): void {
  fields.text("gmsaCredentialSpecName", Presence.NotNull);
  fields.text("gmsaCredentialSpec", Presence.NotNull);
  fields.text("runAsUserName", Presence.NotNull);
  fields.boolean("hostProcess", Presence.NotNull);
}

function profile(fields: Fields): void {
  fields.text("type", Presence.Always);
  fields.text("localhostProfile", Presence.NotNull);
}
