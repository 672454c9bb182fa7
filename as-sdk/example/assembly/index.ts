import { serve } from "@kubewarden/as-sdk/assembly";
import { validate, validateSettings } from "./labels";

/** Entry point of the waPC host. */
export function __guest_call(operationLength: i32, payloadLength: i32): i32 {
  return serve(operationLength, payloadLength, validate, validateSettings);
}
