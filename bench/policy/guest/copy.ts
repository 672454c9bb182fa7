// The baseline for a Pod that is changed: takes the payload and hands a copy of it back. AssemblyScript.
import { __guest_request, __guest_response } from "@kubewarden/as-sdk/assembly/guest/wapc";

export { abort } from "@kubewarden/as-sdk/assembly/guest/abort";

export function __guest_call(operationLength: i32, payloadLength: i32): i32 {
  const operation = heap.alloc(operationLength);
  const payload = heap.alloc(payloadLength);
  __guest_request(operation, payload);
  const answer = heap.alloc(payloadLength);
  memory.copy(answer, payload, payloadLength);
  __guest_response(answer, payloadLength);
  return 1;
}
