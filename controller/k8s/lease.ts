import type { JsonObject } from "../model/json.ts";
import type { Clock } from "../runtime/clock.ts";
import {
  type Lease,
  type LeaseAccess,
  LeaseConflict,
  type LeaseContent,
} from "../runtime/leader-election.ts";
import { hasStatus } from "./api-error.ts";
import type { ApiClient } from "./client.ts";
import { objectOf, textOf } from "./codec/json-codec.ts";
import { leases } from "./resource.ts";

/** A coordination.k8s.io Lease. Its times are for people to read: nothing is decided by them. */
export function leaseAccess(
  client: Pick<ApiClient, "get" | "create" | "replace">,
  address: { readonly namespace: string; readonly name: string },
  clock: Clock,
): LeaseAccess {
  const objectOfContent = (content: LeaseContent, acquired: string, resourceVersion?: string) => ({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { ...address, ...(resourceVersion !== undefined && { resourceVersion }) },
    spec: {
      holderIdentity: content.holder,
      // Rounded up: others must rather wait too long than too short.
      leaseDurationSeconds: Math.max(1, Math.ceil(content.durationMs / 1000)),
      leaseTransitions: content.transitions,
      acquireTime: acquired,
      renewTime: microTime(clock.now()),
    },
  });
  let acquired = { holder: "", time: "" };
  const write = async (content: LeaseContent, send: (acquired: string) => Promise<JsonObject>) => {
    const time = content.holder === acquired.holder ? acquired.time : microTime(clock.now());
    try {
      const lease = leaseFrom(await send(time));
      acquired = { holder: content.holder, time };
      return lease;
    } catch (error) {
      if (hasStatus(error, 409)) throw new LeaseConflict(error.message, { cause: error });
      throw error;
    }
  };
  return {
    async read(signal) {
      try {
        return leaseFrom(await client.get(leases, address, { signal, urgent: true }));
      } catch (error) {
        if (hasStatus(error, 404)) return undefined;
        throw error;
      }
    },
    create: (content, signal) =>
      write(content, (acquired) =>
        client.create(leases, { namespace: address.namespace }, objectOfContent(content, acquired), {
          signal,
          urgent: true,
        }),
      ),
    replace: (lease, content, signal) =>
      write(content, (acquired) =>
        client.replace(leases, address, objectOfContent(content, acquired, lease.resourceVersion), {
          signal,
          urgent: true,
        }),
      ),
  };
}

function leaseFrom(object: JsonObject): Lease {
  const spec = objectOf(object, "spec");
  const { leaseDurationSeconds: duration, leaseTransitions: transitions } = spec;
  return {
    resourceVersion: textOf(objectOf(object, "metadata"), "resourceVersion"),
    holder: textOf(spec, "holderIdentity"),
    durationMs: typeof duration === "number" ? duration * 1000 : 0,
    transitions: typeof transitions === "number" ? transitions : 0,
  };
}

/** metav1.MicroTime: RFC 3339 with six digits of a second. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
