import { Fields, Presence } from "./fields";

export function probe(fields: Fields): void {
  fields.object("exec", execAction, Presence.NotNull);
  fields.object("httpGet", httpGetAction, Presence.NotNull);
  fields.object("tcpSocket", tcpSocketAction, Presence.NotNull);
  fields.object("grpc", grpcAction, Presence.NotNull);
  fields.integer("initialDelaySeconds", Presence.NotZero);
  fields.integer("timeoutSeconds", Presence.NotZero);
  fields.integer("periodSeconds", Presence.NotZero);
  fields.integer("successThreshold", Presence.NotZero);
  fields.integer("failureThreshold", Presence.NotZero);
  fields.integer("terminationGracePeriodSeconds", Presence.NotNull);
}

export function lifecycle(fields: Fields): void {
  fields.object("postStart", lifecycleHandler, Presence.NotNull);
  fields.object("preStop", lifecycleHandler, Presence.NotNull);
}

function lifecycleHandler(fields: Fields): void {
  fields.object("exec", execAction, Presence.NotNull);
  fields.object("httpGet", httpGetAction, Presence.NotNull);
  fields.object("tcpSocket", tcpSocketAction, Presence.NotNull);
  fields.object("sleep", sleepAction, Presence.NotNull);
}

function execAction(fields: Fields): void {
  fields.texts("command");
}

function httpGetAction(fields: Fields): void {
  fields.text("path", Presence.NotZero);
  fields.integerOrText("port", Presence.Always);
  fields.text("host", Presence.NotZero);
  fields.text("scheme", Presence.NotZero);
  fields.objects("httpHeaders", httpHeader);
}

function httpHeader(fields: Fields): void {
  fields.text("name", Presence.Always);
  fields.text("value", Presence.Always);
}

function tcpSocketAction(fields: Fields): void {
  fields.integerOrText("port", Presence.Always);
  fields.text("host", Presence.NotZero);
}

function grpcAction(fields: Fields): void {
  fields.integer("port", Presence.Always);
  fields.nullableText("service");
}

function sleepAction(fields: Fields): void {
  fields.integer("seconds", Presence.Always);
}
