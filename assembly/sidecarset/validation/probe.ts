import { Ascii, integer, isBlank, isText } from "@kubewarden/as-sdk/assembly/json";
import { Place } from "../problems/place";
import { requireOneSource } from "./env";
import { httpHeaderRule, portNameRule } from "./names";
import { validatePortNumber } from "./ports";

const PROBE_HANDLERS: Ascii = "exec httpGet tcpSocket grpc";
const LIFECYCLE_HANDLERS: Ascii = "exec httpGet tcpSocket sleep";
const SCHEMES: Ascii = "HTTP HTTPS";

/**
 * The three probes of one container.
 *
 * The original defaults every probe but the startup probe and then refuses it for lack of those defaults; here what a
 * startup probe leaves out is left to the API server, which fills it in on the Pod.
 */
export function validateProbes(container: Place): void {
  validateProbe(container.to("livenessProbe"), true);
  validateProbe(container.to("startupProbe"), true);
  const readiness = container.to("readinessProbe");
  validateProbe(readiness, false);
  readiness.forbid("terminationGracePeriodSeconds", "for a readiness probe");
}

export function validateLifecycle(lifecycle: Place): void {
  validateLifecycleHandler(lifecycle.to("postStart"));
  validateLifecycleHandler(lifecycle.to("preStop"));
}

function validateProbe(probe: Place, restarts: bool): void {
  if (!probe.isSet) return;
  requireOneSource(probe, PROBE_HANDLERS);
  validateHandler(probe);
  const grpc = probe.to("grpc");
  if (grpc.isSet) validatePortNumber(grpc.to("port"));
  atLeastZero(probe.to("initialDelaySeconds"));
  atLeastZero(probe.to("timeoutSeconds"));
  atLeastZero(probe.to("periodSeconds"));
  atLeastZero(probe.to("failureThreshold"));
  const success = probe.to("successThreshold");
  atLeastZero(success);
  if (restarts && integer(success.value) > 1) success.expected("1 for a probe that restarts the container");
  const grace = probe.to("terminationGracePeriodSeconds");
  if (grace.isSet) aboveZero(grace);
}

function validateLifecycleHandler(handler: Place): void {
  if (!handler.isSet) return;
  requireOneSource(handler, LIFECYCLE_HANDLERS);
  validateHandler(handler);
  const sleep = handler.to("sleep");
  if (sleep.isSet) aboveZero(sleep.to("seconds"));
}

function validateHandler(handler: Place): void {
  const exec = handler.to("exec");
  const command = exec.to("command");
  if (exec.isSet && !command.hasItems) command.expected("a command");
  const httpGet = handler.to("httpGet");
  if (httpGet.isSet) validateHttpGet(httpGet);
  const tcpSocket = handler.to("tcpSocket");
  if (tcpSocket.isSet) validatePort(tcpSocket.to("port"));
}

function validateHttpGet(httpGet: Place): void {
  validatePort(httpGet.to("port"));
  httpGet.oneOf("scheme", SCHEMES);
  const headers = httpGet.to("httpHeaders").elements();
  while (headers.next()) {
    const name = headers.place.to("name");
    const rule = httpHeaderRule(name.text);
    if (rule.length > 0) name.expected(rule);
  }
}

function validatePort(port: Place): void {
  if (!isText(port.value)) return validatePortNumber(port);
  const rule = isBlank(port.value) ? "a port" : portNameRule(port.text);
  if (rule.length > 0) port.expected(rule);
}

function atLeastZero(number: Place): void {
  number.between(0, i64.MAX_VALUE, "a number from 0");
}

function aboveZero(number: Place): void {
  number.between(1, i64.MAX_VALUE, "a number above 0");
}
