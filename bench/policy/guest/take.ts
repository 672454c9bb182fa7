// The baseline for a Pod that stays as it is: takes the payload as every guest must, answers a constant. AssemblyScript.
import { __guest_request, __guest_response } from "@kubewarden/as-sdk/assembly/guest/wapc";

export { abort } from "@kubewarden/as-sdk/assembly/guest/abort";

export function __guest_call(operationLength: i32, payloadLength: i32): i32 {
  const operation = heap.alloc(operationLength);
  const payload = heap.alloc(payloadLength);
  __guest_request(operation, payload);
  const answer = String.UTF8.encode('{"accepted":true}');
  __guest_response(changetype<usize>(answer), answer.byteLength);
  return 1;
}
