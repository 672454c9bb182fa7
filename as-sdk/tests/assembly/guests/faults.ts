// A guest that misbehaves in the way its operation is called: by the length of the operation's name.

import { __guest_error, __guest_response, __host_call } from "../../../assembly/guest/wapc";
import { abort } from "../../../assembly/guest/abort";

export { abort };

let initialized = false;

export function _start(): void {
  initialized = true;
}

export function wapc_init(): void {
  initialized = initialized && true;
}

export function __guest_call(operationLength: i32, _payloadLength: i32): i32 {
  if (!initialized) return 0;
  switch (operationLength) {
    case 1:
      throw new Error("on purpose");
    case 2:
      return respond("not JSON");
    case 3:
      return 1;
    case 4:
      return 0;
    case 5:
      return failWith("said so");
    case 6:
      return otherBinding();
    default:
      return load<i32>(0x7fff0000);
  }
}

function respond(text: string): i32 {
  const bytes = String.UTF8.encode(text);
  __guest_response(changetype<usize>(bytes), bytes.byteLength);
  return 1;
}

function failWith(text: string): i32 {
  const bytes = String.UTF8.encode(text);
  __guest_error(changetype<usize>(bytes), bytes.byteLength);
  return 0;
}

function otherBinding(): i32 {
  const name = String.UTF8.encode("other");
  const at = changetype<usize>(name);
  return respond(__host_call(at, 5, at, 5, at, 5, at, 5).toString());
}
