import { member, Writer } from "@kubewarden/as-sdk/assembly/json";
import { Fields } from "../shape/fields";
import { sidecarContainer } from "../shape/container";
import { CanonicalJson } from "./canonical-json";

/**
 * Answers `typed_containers`, which the controller asks when it writes a ControllerRevision: the lists `containers` and
 * `initContainers` of a defaulted spec as the original's types have them, and the texts of `quantities` in stored form.
 * null for any other operation. Kubewarden never asks for this.
 */
export function answerController(operation: string, payload: usize): Writer | null {
  if (operation != "typed_containers") return null;
  const out = new Writer(4096);
  const json = new CanonicalJson(out, true);
  out.ascii('{"containers":');
  json.list(member(payload, "containers"), sidecarContainer);
  out.ascii(',"initContainers":');
  json.list(member(payload, "initContainers"), sidecarContainer);
  out.ascii(',"typed":');
  json.write(payload, quantities);
  out.ascii("}");
  return out;
}

function quantities(fields: Fields): void {
  fields.quantities("quantities");
}
