import { Entry, writeTexts } from "../guest/entry";
import { Ascii, Writer } from "../json";
import { HostResult, hostCall } from "./host-call";
import { optionalEntries, optionalText, requiredText, writeBytes } from "./payload";

// Every verification answers an object with `is_trusted` and `digest`. The host keeps successes for a minute.
// `annotations` are key/value pairs that the signature must carry; none are demanded when they are empty.

/** Who signed without a key: the identity provider, and the subject or the beginning of it. */
export class Identity {
  constructor(
    public issuer: string,
    /** The whole subject for an exact match, the beginning of a URL for a prefix match. */
    public subject: string,
  ) {}
}

/** Verifies an image signed with all of the given public keys (PEM). */
export function verifyPublicKeys(
  image: string,
  publicKeys: Array<string>,
  annotations: Array<Entry> = [],
): HostResult {
  const out = begin("SigstorePubKeyVerify", image);
  out.name("pub_keys");
  writeTexts(out, publicKeys);
  return finish(out, annotations);
}

/** Verifies an image signed without a key by all of the given identities. */
export function verifyKeyless(
  image: string,
  identities: Array<Identity>,
  annotations: Array<Entry> = [],
): HostResult {
  const out = begin("SigstoreKeylessVerify", image);
  out.name("keyless");
  writeIdentities(out, identities, "subject");
  return finish(out, annotations);
}

/** As `verifyKeyless`, but subjects need only begin with the given URLs. */
export function verifyKeylessPrefix(
  image: string,
  identities: Array<Identity>,
  annotations: Array<Entry> = [],
): HostResult {
  const out = begin("SigstoreKeylessPrefixVerify", image);
  out.name("keyless_prefix");
  writeIdentities(out, identities, "url_prefix");
  return finish(out, annotations);
}

/** Verifies an image signed by a GitHub Actions workflow of an owner; `repository` "" allows all of the owner's. */
export function verifyGithubActions(
  image: string,
  owner: string,
  repository: string = "",
  annotations: Array<Entry> = [],
): HostResult {
  const out = begin("SigstoreGithubActionsVerify", image);
  requiredText(out, "owner", owner);
  optionalText(out, "repo", repository);
  return finish(out, annotations);
}

/**
 * Verifies an image signed with a certificate (PEM). Its chain goes from the issuer to the root; an empty chain trusts
 * the certificate itself. With `requireRekorBundle` the signature must be in the transparency log.
 */
export function verifyCertificate(
  image: string,
  certificate: Uint8Array,
  chain: Array<Uint8Array>,
  requireRekorBundle: bool,
  annotations: Array<Entry> = [],
): HostResult {
  const out = begin("SigstoreCertificateVerify", image);
  out.name("certificate");
  writeBytes(out, certificate);
  if (chain.length > 0) {
    out.name("certificate_chain");
    out.byte(0x5b);
    for (let i = 0; i < chain.length; i++) {
      out.separate();
      writeBytes(out, chain[i]);
    }
    out.byte(0x5d);
  }
  out.name("require_rekor_bundle");
  out.boolean(requireRekorBundle);
  return finish(out, annotations);
}

function begin(variant: string, image: string): Writer {
  const out = new Writer();
  out.byte(0x7b);
  requiredText(out, "type", variant);
  requiredText(out, "image", image);
  return out;
}

function finish(out: Writer, annotations: Array<Entry>): HostResult {
  optionalEntries(out, "annotations", annotations);
  out.byte(0x7d);
  return hostCall("oci", "v2/verify", out);
}

function writeIdentities(out: Writer, identities: Array<Identity>, subject: Ascii): void {
  out.byte(0x5b);
  for (let i = 0; i < identities.length; i++) {
    out.separate();
    out.byte(0x7b);
    requiredText(out, "issuer", identities[i].issuer);
    requiredText(out, subject, identities[i].subject);
    out.byte(0x7d);
  }
  out.byte(0x5d);
}
