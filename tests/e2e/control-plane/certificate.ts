import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A private key and the certificate for it, both PEM. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

const ecdsaWithSha256 = sequence(objectIdentifier("2a8648ce3d040302"));
const dayMilliseconds = 86_400_000;

/**
 * A certificate for 127.0.0.1 and localhost that is its own certificate authority, valid for two days: it serves TLS
 * and is what clients are told to trust. P-256, because it is made in a millisecond. Node signs but has no call that
 * makes a certificate, hence the DER below (RFC 5280).
 */
export function selfSignedCertificate(commonName: string): Certificate {
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
    tagged(
      0xa3,
      sequence(
        extension("551d13", sequence(tagged(0x01, Buffer.from([0xff])))),
        extension("551d0f", bits(Buffer.from([0x84]), 2)),
        extension("551d25", sequence(objectIdentifier("2b06010505070301"))),
        extension(
          "551d11",
          sequence(tagged(0x87, Buffer.from([127, 0, 0, 1])), tagged(0x82, Buffer.from("localhost"))),
        ),
      ),
    ),
  );
  const der = sequence(body, ecdsaWithSha256, bits(sign("sha256", body, privateKey), 0));
  const lines = der.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

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
