import assert from "node:assert/strict";
import { test } from "node:test";
import {
  PolicyError,
  decodeValidationResponse,
  failureResponse,
  toAdmissionResponse,
} from "@kubewarden/as-sdk/host";

const request = { uid: "u", operation: "CREATE", object: { spec: { a: 1 } } };

test("an accepted request has neither patch nor status", () => {
  assert.deepEqual(toAdmissionResponse(request, { accepted: true }), {
    uid: "u",
    allowed: true,
    auditAnnotations: null,
    warnings: null,
  });
});

test("an unchanged object is no patch", () => {
  const answer = toAdmissionResponse(request, { accepted: true, mutated_object: { spec: { a: 1 } } });
  assert.equal("patch" in answer || "patchType" in answer, false);
});

test("a changed object becomes a base64 patch", () => {
  const answer = toAdmissionResponse(request, { accepted: true, mutated_object: { spec: { a: 2 } } });
  assert.equal(answer.patchType, "JSONPatch");
  assert.deepEqual(JSON.parse(Buffer.from(answer.patch ?? "", "base64").toString()), [
    { op: "replace", path: "/spec/a", value: 2 },
  ]);
});

test("a mutated object without an object to mutate is a rejection without code", () => {
  const response = { accepted: true, mutated_object: {}, warnings: ["w"] };
  const answer = toAdmissionResponse({ uid: "u", operation: "DELETE", object: null }, response);
  assert.equal(answer.allowed, false);
  assert.match(answer.status?.message ?? "", /^Incoming object is null/);
  assert.equal(answer.status?.code, undefined);
  assert.equal(answer.warnings, null);
});

test("message, code, warnings and annotations reach the answer", () => {
  const answer = toAdmissionResponse(request, {
    accepted: false,
    message: "no",
    code: 422,
    warnings: ["w"],
    audit_annotations: { a: "b" },
  });
  assert.deepEqual(answer, {
    uid: "u",
    allowed: false,
    status: { message: "no", code: 422 },
    auditAnnotations: { a: "b" },
    warnings: ["w"],
  });
});

test("a failed call is a rejection with code 500", () => {
  const answer = failureResponse("u", new PolicyError("trap", "validate", "unreachable"));
  assert.equal(answer.allowed, false);
  assert.equal(answer.status?.code, 500);
  assert.match(answer.status?.message ?? "", /^internal server error: .*unreachable/);
});

test("null fields of a policy's answer are absent, unknown ones pass", () => {
  const answer = {
    accepted: true,
    message: null,
    code: null,
    mutated_object: null,
    warnings: null,
    future: 1,
  };
  assert.deepEqual(decodeValidationResponse(answer), { accepted: true });
});

for (const [what, answer] of [
  ["no accepted", {}],
  ["a code outside 16 bits", { accepted: false, code: 65536 }],
  ["a fractional code", { accepted: false, code: 4.5 }],
  ["an annotation that is no text", { accepted: true, audit_annotations: { a: 1 } }],
  ["warnings that are no list", { accepted: true, warnings: "w" }],
  ["a list", []],
] as [string, unknown][]) {
  test(`an answer with ${what} is undecodable`, () => {
    assert.throws(
      () => decodeValidationResponse(answer),
      (error) => error instanceof PolicyError && error.failure === "undecodable",
    );
  });
}
