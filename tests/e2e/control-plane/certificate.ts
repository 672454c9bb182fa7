import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A private key and the certificate for it, both PEM. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

const ecdsaWithSha256 = sequence(objectIdentifier("2a8648ce3d040302"));
const dayMilliseconds = 86_400_000;

/**
 * A certificate that is signed with its own key, valid for two days. A server's is for 127.0.0.1 and localhost, and clients
 * are told to trust it itself; an authority signs others, and rustls refuses it as a server. P-256, because it is made in a
 * millisecond. Node signs but has no call that makes a certificate, hence the DER below (RFC 5280).
 */
export function selfSignedCertificate(
  commonName: string,
  role: "server" | "authority" = "server",
): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const name = sequence(
    tagged(0x31, sequence(objectIdentifier("550403"), tagged(0x0c, Buffer.from(commonName)))),
  );
  const now = Date.now();
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    sequence(utcTime(now - dayMilliseconds), utcTime(now + dayMilliseconds)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(...(role === "server" ? serverExtensions : authorityExtensions))),
  );
  const der = sequence(body, ecdsaWithSha256, bits(sign("sha256", body, privateKey), 0));
  const lines = der.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

const subjectAlternativeName = "551d11";
const keyUsage = "551d0f";
const basicConstraints = "551d13";
const extendedKeyUsage = "551d25";
const [loopback, localhost] = [Buffer.from([127, 0, 0, 1]), Buffer.from("localhost")];

const serverExtensions = [
  extension(basicConstraints, sequence()),
  extension(keyUsage, bits(Buffer.from([0x80]), 7)),
  extension(extendedKeyUsage, sequence(objectIdentifier("2b06010505070301"))),
  extension(subjectAlternativeName, sequence(tagged(0x87, loopback), tagged(0x82, localhost))),
];

const authorityExtensions = [
  extension(basicConstraints, sequence(tagged(0x01, Buffer.from([0xff])))),
  extension(keyUsage, bits(Buffer.from([0x84]), 2)),
];

function tagged(tag: number, content: Buffer): Buffer {
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function objectIdentifier(hexadecimal: string): Buffer {
  return tagged(0x06, Buffer.from(hexadecimal, "hex"));
}

function integer(positive: Buffer): Buffer {
  return tagged(0x02, positive);
}

function bits(content: Buffer, unused: number): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.from([unused]), content]));
}

function extension(identifier: string, value: Buffer): Buffer {
  return sequence(objectIdentifier(identifier), tagged(0x04, value));
}

function utcTime(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return tagged(0x17, Buffer.from(`${text}Z`));
}
