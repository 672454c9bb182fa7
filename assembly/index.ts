import { serve } from "@kubewarden/as-sdk/assembly";
import { validate } from "./admission/validate";
import { validateSettings } from "./admission/validate-settings";
import { answerController } from "./sidecarset/hash/typed-containers";

/** Entry point of the waPC host: answers one operation. 1: answered, 0: error. */
export function __guest_call(operationLength: i32, payloadLength: i32): i32 {
  return serve(operationLength, payloadLength, validate, validateSettings, answerController);
}
