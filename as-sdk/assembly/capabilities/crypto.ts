import { Writer } from "../json";
import { HostResult, hostCall } from "./host-call";
import { requiredText, writeBytes } from "./payload";

/** A certificate as bytes in PEM or DER. */
export class Certificate {
  constructor(
    public data: Uint8Array,
    /** "Pem" or "Der". */
    public encoding: string = "Pem",
  ) {}
}

/**
 * Asks whether a certificate is trusted by a chain (from its issuer to the root), or by Mozilla's roots when the chain is
 * empty, and not expired at `notAfter` (RFC 3339; "" does not look): an object with `trusted` and `reason`.
 */
export function isCertificateTrusted(
  certificate: Certificate,
  chain: Array<Certificate> = [],
  notAfter: string = "",
): HostResult {
  const out = new Writer();
  out.ascii('{"cert":');
  writeCertificate(out, certificate);
  if (chain.length > 0) {
    out.name("cert_chain");
    out.byte(0x5b);
    for (let i = 0; i < chain.length; i++) {
      out.separate();
      writeCertificate(out, chain[i]);
    }
    out.byte(0x5d);
  }
  // The host demands this field, as null when there is no time to look at.
  out.name("not_after");
  if (notAfter.length > 0) out.text(notAfter);
  else out.ascii("null");
  out.byte(0x7d);
  return hostCall("crypto", "v1/is_certificate_trusted", out);
}

function writeCertificate(out: Writer, certificate: Certificate): void {
  out.byte(0x7b);
  requiredText(out, "encoding", certificate.encoding);
  out.name("data");
  writeBytes(out, certificate.data);
  out.byte(0x7d);
}
