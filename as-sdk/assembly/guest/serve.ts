import { SLACK, Writer, check, isObject, member, noteEndsWithin, skipSpace } from "../json";
import { makeRoom } from "../memory/growth";
import { ValidationRequest } from "./request";
import { ValidationResponse, rejectRequest } from "./response";
import { SettingsResponse, rejectSettings } from "./settings";
import { __guest_error, __guest_request, __guest_response } from "./wapc";

/** A policy without operations of its own. */
function noOther(_operation: string, _payload: usize): Writer | null {
  return null;
}

/**
 * Serves one waPC call: the whole body of a policy's `__guest_call`, whose result it answers (1: answered, 0: error).
 *
 * `validate` gets every request whose payload is sound JSON; `validateSettings` gets the address of the settings, which
 * are checked JSON of any kind. A broken payload is answered here: as a rejection with code 400, or as invalid settings.
 * All addresses live until the call ends.
 *
 * `other` answers operations that the policy offers to programs of its own beside Kubewarden's; it gets checked JSON and
 * gives null for an operation that it does not know.
 */
export function serve(
  operationLength: i32,
  payloadLength: i32,
  validate: (request: ValidationRequest) => ValidationResponse,
  validateSettings: (settings: usize) => SettingsResponse,
  other: (operation: string, payload: usize) => Writer | null = noOther,
): i32 {
  const operation = heap.alloc(max(operationLength, 1));
  makeRoom(<usize>payloadLength + SLACK);
  const start = heap.alloc(<usize>payloadLength + SLACK);
  const end = start + payloadLength;
  memory.fill(end, 0, SLACK);
  __guest_request(operation, start);
  noteEndsWithin(start, end);

  if (spells(operation, operationLength, "validate")) {
    return answer(answerValidate(start, end, validate));
  }
  if (spells(operation, operationLength, "validate_settings")) {
    return answer(answerSettings(start, end, validateSettings));
  }
  if (spells(operation, operationLength, "protocol_version")) {
    const out = new Writer();
    out.ascii('"v1"');
    return answer(out);
  }
  if (check(start, end) == 0) {
    const name = String.UTF8.decodeUnsafe(operation, operationLength);
    const answered = other(name, skipSpace(start));
    if (answered !== null) return answer(answered);
  }
  return refuse(operation, operationLength);
}

function answerValidate(
  start: usize,
  end: usize,
  validate: (request: ValidationRequest) => ValidationResponse,
): Writer {
  const out = new Writer();
  const problem = requestProblem(start, end);
  const response =
    problem.length > 0 ? rejectRequest(problem, 400) : validate(new ValidationRequest(skipSpace(start)));
  response.writeTo(out);
  return out;
}

/** Why a payload cannot be judged, "" when it can. */
function requestProblem(start: usize, end: usize): string {
  const failed = check(start, end);
  if (failed != 0) return "payload: not JSON at byte " + (failed - start).toString();
  const payload = skipSpace(start);
  if (!isObject(payload)) return "payload: expected an object with a request";
  if (member(payload, "request") == 0) return "request: expected an admission request, got nothing";
  return "";
}

function answerSettings(
  start: usize,
  end: usize,
  validateSettings: (settings: usize) => SettingsResponse,
): Writer {
  const out = new Writer();
  const failed = check(start, end);
  const response =
    failed == 0
      ? validateSettings(skipSpace(start))
      : rejectSettings("settings: not JSON at byte " + (failed - start).toString());
  response.writeTo(out);
  return out;
}

function answer(out: Writer): i32 {
  __guest_response(out.start, out.length);
  return 1;
}

function refuse(operation: usize, length: i32): i32 {
  const out = new Writer();
  out.ascii("unknown operation: ");
  out.raw(operation, operation + length);
  __guest_error(out.start, out.length);
  return 0;
}

function spells(start: usize, length: i32, name: string): bool {
  if (length != name.length) return false;
  for (let i = 0; i < length; i++) if (load<u8>(start + i) != <u8>name.charCodeAt(i)) return false;
  return true;
}
