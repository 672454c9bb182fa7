import { PolicyError, type PolicyModule } from "@kubewarden/as-sdk/host";
import { goJson } from "../core/go-json.ts";
import { type Type, typed } from "../core/typed-json.ts";
import { imagePullSecret, patchPodMetadata, volume } from "../core/volume-types.ts";
import { isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import type { SidecarSetSpec } from "../model/sidecarset.ts";

/** What is asked of the policy: containers and quantities as the original's types write them. */
export type TypingPolicy = Pick<PolicyModule, "call">;

/**
 * The data of the ControllerRevision of a defaulted spec, byte for byte what OpenKruise stores: the five members that
 * injection depends on, as the original's Go types write them, as a patch that replaces the spec. Throws `PolicyError`.
 *
 * Containers are typed by the policy, which hashes them so; volumes and the rest are typed here.
 */
export function revisionData(policy: TypingPolicy, spec: SidecarSetSpec): string {
  const { containers, initContainers, volumes, imagePullSecrets } = spec;
  const answer = ask(policy, { containers, initContainers });
  const stored = (quantity: Json): string => storedQuantity(policy, quantity);
  const listOf = (items: readonly Json[] | null | undefined, type: Type): Json =>
    (items ?? []).length === 0 ? null : (items ?? []).map((item) => typed(item, type, stored));
  return goJson({
    spec: {
      $patch: "replace",
      containers: unlessEmpty(answer["containers"]),
      imagePullSecrets: listOf(imagePullSecrets, imagePullSecret),
      initContainers: unlessEmpty(answer["initContainers"]),
      patchPodMetadata: listOf(
        spec.patchPodMetadata?.map((entry) => ({ ...entry })),
        patchPodMetadata,
      ),
      volumes: listOf(volumes, volume),
    },
  });
}

function unlessEmpty(list: Json | undefined): Json {
  return Array.isArray(list) && list.length > 0 ? (list as readonly Json[]) : null;
}

function storedQuantity(policy: TypingPolicy, quantity: Json): string {
  const { typed } = ask(policy, { quantities: { quantity } });
  const quantities = isJsonObject(typed) ? typed["quantities"] : undefined;
  const text = isJsonObject(quantities) ? quantities["quantity"] : undefined;
  return typeof text === "string" ? text : "0";
}

function ask(policy: TypingPolicy, payload: unknown): JsonObject {
  const operation = "typed_containers";
  const bytes = policy.call(operation, Buffer.from(JSON.stringify(payload)));
  const answer: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
  if (isJsonObject(answer)) return answer;
  throw new PolicyError("undecodable", operation, `${operation}: expected a JSON object in answer`);
}
