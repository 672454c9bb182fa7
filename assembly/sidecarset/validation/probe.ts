import { Ascii, integer, isBlank, isEmpty, isText, isUnset } from "@kubewarden/as-sdk/assembly/json";
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
  const grace = readiness.to("terminationGracePeriodSeconds");
  if (grace.isSet) grace.forbidden("for a readiness probe");
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
  if (grace.isSet && integer(grace.value) <= 0) grace.expected("a number above 0");
}

function validateLifecycleHandler(handler: Place): void {
  if (!handler.isSet) return;
  requireOneSource(handler, LIFECYCLE_HANDLERS);
  validateHandler(handler);
  const sleep = handler.to("sleep");
  if (sleep.isSet && integer(sleep.to("seconds").value) <= 0)
    sleep.to("seconds").expected("a number above 0");
}

function validateHandler(handler: Place): void {
  const exec = handler.to("exec");
  const command = exec.to("command");
  if (exec.isSet && (isUnset(command.value) || isEmpty(command.value))) command.expected("a command");
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
  if (integer(number.value) < 0) number.expected("a number from 0");
}
