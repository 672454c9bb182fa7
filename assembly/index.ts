import { serve } from "@kubewarden/as-sdk/assembly";
export function __guest_call(operationLength: i32, payloadLength: i32): i32 {
  return serve(operationLength, payloadLength);
}
