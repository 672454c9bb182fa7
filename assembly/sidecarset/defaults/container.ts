import {
  Ascii,
  decode,
  Elements,
  isBlank,
  isObject,
  member,
  Members,
  Splice,
} from "@kubewarden/as-sdk/assembly/json";
import { storedQuantity } from "../quantity/parse";
import { isPlainQuantity, quantityText } from "../quantity/value";
import { fillJson, fillNestedText, fillNumber, fillText } from "./fill";
import { defaultPullPolicy } from "./image-reference";

/**
 * Defaults of one sidecar. `injectPolicy` is that of its list: regular sidecars stand before the Pod's own containers,
 * init sidecars behind its own init containers. A startupProbe gets none, as in the original.
 */
export function defaultContainer(edits: Splice, container: usize, injectPolicy: Ascii): void {
  if (!isObject(container)) return;
  fillText(edits, container, "podInjectPolicy", injectPolicy);
  fillNestedText(edits, container, "upgradeStrategy", "upgradeType", "ColdUpgrade");
  fillNestedText(edits, container, "shareVolumePolicy", "type", "disabled");
  if (isBlank(member(container, "imagePullPolicy"))) {
    fillText(edits, container, "imagePullPolicy", defaultPullPolicy(decode(member(container, "image"))));
  }
  fillText(edits, container, "terminationMessagePath", "/dev/termination-log");
  fillText(edits, container, "terminationMessagePolicy", "File");
  const ports = new Elements(member(container, "ports"));
  while (ports.next()) fillText(edits, ports.value, "protocol", "TCP");
  defaultFieldReferences(edits, member(container, "transferEnv"), "sourceContainerNameFrom");
  defaultFieldReferences(edits, member(container, "env"), "valueFrom");
  const resources = member(container, "resources");
  roundQuantities(edits, member(resources, "limits"));
  roundQuantities(edits, member(resources, "requests"));
  defaultProbe(edits, member(container, "livenessProbe"));
  defaultProbe(edits, member(container, "readinessProbe"));
  fillJson(edits, member(container, "resourcesPolicy"), "targetContainersNameRegex", '".*"');
  const lifecycle = member(container, "lifecycle");
  defaultHttpGet(edits, member(lifecycle, "postStart"));
  defaultHttpGet(edits, member(lifecycle, "preStop"));
}

function defaultFieldReferences(edits: Splice, list: usize, source: Ascii): void {
  const elements = new Elements(list);
  while (elements.next()) defaultFieldReference(edits, member(elements.value, source));
}

/** The version of a source's `fieldRef`. */
export function defaultFieldReference(edits: Splice, source: usize): void {
  fillText(edits, member(source, "fieldRef"), "apiVersion", "v1");
}

function defaultProbe(edits: Splice, probe: usize): void {
  fillNumber(edits, probe, "timeoutSeconds", 1);
  fillNumber(edits, probe, "periodSeconds", 10);
  fillNumber(edits, probe, "successThreshold", 1);
  fillNumber(edits, probe, "failureThreshold", 3);
  defaultHttpGet(edits, probe);
}

function defaultHttpGet(edits: Splice, handler: usize): void {
  const httpGet = member(handler, "httpGet");
  fillText(edits, httpGet, "path", "/");
  fillText(edits, httpGet, "scheme", "HTTP");
}

/** Quantities finer than a thousandth are rounded up; others stay as they are spelled. */
function roundQuantities(edits: Splice, quantities: usize): void {
  const members = new Members(quantities);
  while (members.next()) {
    if (isPlainQuantity(members.value)) continue;
    const text = quantityText(members.value);
    if (text === null) continue;
    const rounded = storedQuantity(text, true);
    if (rounded === null || rounded == storedQuantity(text, false)) continue;
    edits.replaceValue(members.value).text(rounded);
  }
}
