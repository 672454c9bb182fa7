import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  type AdmissionRequest,
  decodeValidationResponse,
  type HostCapabilities,
  PolicyError,
  PolicyModule,
  toAdmissionResponse,
} from "@kubewarden/as-sdk/host";
import { patchOf } from "../e2e/kwctl/run-kwctl.ts";
import { base64, noted } from "./wasmtime/exchanges.ts";
import { builtProgram } from "./wasmtime/program.ts";
import { type Admission, type Called, type Exchange, WasmtimeHost } from "./wasmtime/wasmtime-host.ts";

/** Cases have no time limit: they run on machines that are busy with other things. */
const deadlineSeconds = 60;

/**
 * A policy whose every call runs in two hosts: in Node, then in wasmtime as policy-server has it, with the answers that
 * the first run's host calls got. A call fails when the guest's bytes, or what the API server would be told (the patch
 * operation by operation), are not the same.
 */
export class AgreeingPolicy extends PolicyModule {
  readonly #wasmtime: WasmtimeHost;
  readonly #path: string;

  constructor(module: WebAssembly.Module, path: string, wasmtime: WasmtimeHost) {
    super(module);
    this.#path = path;
    this.#wasmtime = wasmtime;
  }

  override call(operation: string, payload: Uint8Array, capabilities: HostCapabilities = denied): Uint8Array {
    const exchanges: Exchange[] = [];
    let answer: Uint8Array | undefined;
    let failure: unknown;
    try {
      answer = super.call(operation, payload, noted(capabilities, exchanges));
    } catch (error) {
      failure = error;
    }
    const theirs = this.#wasmtime.call(this.#path, operation, payload, { exchanges, deadlineSeconds });
    assert.equal(theirs.unusedExchanges, 0, "wasmtime: the guest asked its host for less");
    if (answer === undefined) {
      assertSameFailure(failure, theirs);
      throw failure;
    }
    assert.deepEqual(theirs.outcome, { answer: base64(answer) }, "wasmtime: the guest answers otherwise");
    if (theirs.admission !== null) assertSameAdmission(payload, answer, theirs.admission);
    return answer;
  }
}

/** The policy in both hosts where the wasmtime host is built, in Node alone otherwise. */
export function inBothHosts(path: string): PolicyModule {
  const module = new WebAssembly.Module(readFileSync(path));
  const program = builtProgram();
  if (program === undefined) return new PolicyModule(module);
  return new AgreeingPolicy(module, path, new WasmtimeHost(program));
}

/** A guest that traps is described by each engine in its own words. */
function assertSameFailure(ours: unknown, { outcome }: Called): void {
  assert.ok("failure" in outcome, `wasmtime: the guest answers, but in Node ${String(ours)}`);
  if (!(ours instanceof PolicyError) || ours.failure === "trap") return;
  assert.equal(outcome.failure, `Guest call failure: ${ours.message}`);
}

function assertSameAdmission(payload: Uint8Array, answer: Uint8Array, theirs: Admission): void {
  if ("unsendable" in theirs) return;
  const { request }: { request: AdmissionRequest } = JSON.parse(new TextDecoder().decode(payload));
  if ("undecodable" in theirs) {
    assert.throws(() => decodeValidationResponse(JSON.parse(new TextDecoder().decode(answer))), PolicyError);
    return;
  }
  const decoded = decodeValidationResponse(JSON.parse(new TextDecoder().decode(answer)));
  const ours = toAdmissionResponse(request, decoded);
  // JavaScript writes -0 as 0, as it did in our patch.
  const response: typeof theirs.response = JSON.parse(JSON.stringify(theirs.response));
  assert.deepEqual(
    { ...response, patch: response.patch ?? [] },
    {
      allowed: ours.allowed,
      message: ours.status?.message ?? null,
      code: ours.status?.code ?? null,
      auditAnnotations: ours.auditAnnotations,
      warnings: ours.warnings,
      patch: patchOf(ours),
    },
    "wasmtime: the API server would be told otherwise",
  );
}

function denied(namespace: string, operation: string): never {
  throw new Error(`policy has not been granted access to the '${namespace}/${operation}' host capability`);
}
