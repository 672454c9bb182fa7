import { HostResult, hostCall } from "./host-call";
import { textPayload } from "./payload";

/** Resolves a host name: an object with `ips`, a list of texts. */
export function lookupHost(name: string): HostResult {
  return hostCall("net", "v1/dns_lookup_host", textPayload(name));
}
