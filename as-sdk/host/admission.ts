import { PolicyError } from "./error.ts";
import { jsonPatch } from "./json-patch.ts";
import type { HostCapabilities, PolicyModule } from "./policy-module.ts";
import type { ValidationResponse } from "./responses.ts";

/** What policy-server reads of an AdmissionReview's request; everything else passes through to the policy. */
export interface AdmissionRequest {
  readonly uid: string;
  /** Absent on DELETE. */
  readonly object?: unknown;
  readonly [field: string]: unknown;
}

/** The `response` of an AdmissionReview as policy-server writes it. */
export interface AdmissionResponse {
  uid: string;
  allowed: boolean;
  patchType?: "JSONPatch";
  /** RFC 6902 in base64. */
  patch?: string;
  /** Only there when the policy gave a message or a code. */
  status?: {
    message?: string;
    code?: number;
    details?: { causes: { message: string }[] };
  };
  auditAnnotations: Record<string, string> | null;
  warnings: string[] | null;
}

/** How a policy is configured on its server: the fields of a ClusterAdmissionPolicy that change its answers. */
export interface Enforcement {
  /** Name of the policy in texts, such as `clusterwide-sidecarset-injection`. */
  readonly policy: string;
  readonly mutating: boolean;
  /** `monitor` allows everything and mutates nothing. Default: `protect`. */
  readonly mode?: "protect" | "monitor";
  /** `spec.message`: what a rejected user reads instead of the policy's text. */
  readonly message?: string;
}

/**
 * Runs a policy on a request and answers what policy-server would. Never throws a PolicyError: a policy that traps or
 * answers nonsense becomes a rejection with code 500, which `failurePolicy` does not soften.
 */
export function admit(
  module: PolicyModule,
  request: AdmissionRequest,
  settings: unknown,
  enforcement: Enforcement,
  capabilities?: HostCapabilities,
): AdmissionResponse {
  try {
    const response = module.validate(request, settings, capabilities);
    return enforce(toAdmissionResponse(request, response), enforcement);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return enforce(failureResponse(request.uid, error), enforcement);
  }
}

/** A policy's answer in the API server's terms, before the policy's configuration has its say. */
export function toAdmissionResponse(
  request: AdmissionRequest,
  response: ValidationResponse,
): AdmissionResponse {
  const answer: AdmissionResponse = {
    uid: request.uid,
    allowed: response.accepted,
    auditAnnotations: response.audit_annotations ?? null,
    warnings: response.warnings ?? null,
  };
  if (response.message !== undefined || response.code !== undefined) {
    answer.status = {
      ...(response.message !== undefined && { message: response.message }),
      ...(response.code !== undefined && { code: response.code }),
    };
  }
  if (response.mutated_object === undefined) return answer;
  if (request.object === undefined || request.object === null) {
    const message =
      "Incoming object is null, which happens only with DELETE operations, but the policy is attempting a mutation. This is not allowed";
    return { uid: request.uid, allowed: false, status: { message }, auditAnnotations: null, warnings: null };
  }
  const patch = jsonPatch(request.object, response.mutated_object);
  if (patch.length > 0) {
    answer.patchType = "JSONPatch";
    answer.patch = Buffer.from(JSON.stringify(patch)).toString("base64");
  }
  return answer;
}

/** The rejection that stands for a call without a usable answer. */
export function failureResponse(uid: string, error: PolicyError): AdmissionResponse {
  const cause = error.failure === "undecodable" ? "" : "Guest call failure: ";
  const message = `internal server error: ${cause}${error.message}`;
  return { uid, allowed: false, status: { message, code: 500 }, auditAnnotations: null, warnings: null };
}

/** Monitor mode, then the right to mutate, then the configured message: policy-server's order. */
function enforce(answer: AdmissionResponse, enforcement: Enforcement): AdmissionResponse {
  if (enforcement.mode === "monitor") {
    const { uid, auditAnnotations, warnings } = answer;
    return { uid, allowed: true, auditAnnotations, warnings };
  }
  if (answer.patch !== undefined && !enforcement.mutating) {
    answer.allowed = false;
    answer.status = {
      message: `Request rejected by policy ${enforcement.policy}. The policy attempted to mutate the request, but it is currently configured to not allow mutations.`,
    };
    delete answer.patch;
    delete answer.patchType;
  }
  if (!answer.allowed && enforcement.message !== undefined) {
    const causes = [{ message: answer.status?.message ?? "" }];
    answer.status = { ...answer.status, message: enforcement.message, details: { causes } };
  }
  return answer;
}
