import * as fc from "fast-check";
import type { Release } from "../original.ts";
import { type Json, mostly, oneOf, some, sparse, text } from "./values.ts";

export const portNumber = mostly(oneOf<Json>(80, 8080, 443, 1, 65535), oneOf<Json>(0, 65536, -1));
const actionPort = mostly(
  oneOf<Json>(80, "http", "web-1", 8080),
  oneOf<Json>(0, "", "averyveryverylongname", 70000, "80", "A"),
);
const httpGet = sparse(
  {
    port: actionPort,
    path: oneOf("/", "", "/a b", "x"),
    host: oneOf("h", ""),
    scheme: mostly(oneOf("HTTP", "HTTPS", ""), oneOf("http")),
    httpHeaders: some(fc.record({ name: mostly(oneOf("X-A", "host"), oneOf("", "a b")), value: text }), 2),
  },
  ["port"],
  2,
);
const exec = mostly(
  fc.record({ command: fc.array(text, { minLength: 1, maxLength: 2 }) }),
  oneOf<Json>({}, { command: [] }),
);
const tcpSocket = sparse({ port: actionPort, host: oneOf("h") }, ["port"]);
const grpc = sparse({ port: portNumber, service: oneOf("s", "") }, ["port"]);

export const count = mostly(oneOf<Json>(0, 1, 3, 10), oneOf<Json>(-1));
/** A probe whose successThreshold is one of these. */
export function probe(successes: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const action = fc.oneof(
    fc.record({ httpGet }),
    fc.record({ exec }),
    fc.record({ tcpSocket }),
    fc.record({ grpc }),
  );
  const timing = sparse({
    initialDelaySeconds: count,
    timeoutSeconds: count,
    periodSeconds: count,
    failureThreshold: count,
    successThreshold: successes,
    terminationGracePeriodSeconds: mostly(oneOf<Json>(1, 30), oneOf<Json>(0, -1)),
  });
  const valid = fc.tuple(action, timing).map(([how, when]) => ({ ...how, ...when }));
  return mostly(
    valid,
    fc.oneof(
      oneOf<Json>({}),
      fc.tuple(fc.record({ httpGet }), fc.record({ exec })).map(([a, b]) => ({ ...a, ...b })),
    ),
  );
}

/** What runs when a container starts or stops. */
export function handler(release: Release): fc.Arbitrary<Json> {
  const sleep = fc.record({ seconds: mostly(oneOf(1, 5, 30), oneOf(0, -1)) });
  return mostly(
    fc.oneof(
      fc.record({ httpGet }),
      fc.record({ exec }),
      fc.record({ tcpSocket }),
      ...(release.features.includes("sleepingHooks") ? [fc.record({ sleep })] : []),
    ),
    oneOf<Json>({}, { exec: { command: ["a"] }, tcpSocket: { port: 1 } }),
  );
}
