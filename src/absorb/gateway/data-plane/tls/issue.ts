import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { isIP } from "node:net";
import * as der from "./der.ts";

const dayMs = 86_400_000;
const serialBytes = 16;
/** Clocks of two machines differ. */
const earlierMs = 3_600_000;

const id = {
  commonName: "2.5.4.3",
  organization: "2.5.4.10",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  subjectKeyId: "2.5.29.14",
  keyUsage: "2.5.29.15",
  alternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyId: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
};

/** A certificate and its key, as PEM. */
export type Issued = { cert: string; key: string };

/** A certificate authority for one machine's own use. */
export function newAuthority(of: { name: string; now: number; days: number }): Issued {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return signed({ ...of, keys, by: { name: of.name, key: keys.privateKey }, isAuthority: true });
}

/** A server's certificate for these names and addresses; the chain holds it alone. */
export function issue(
  authority: Issued,
  of: { hosts: readonly string[]; now: number; days: number; authorityKey: KeyObject },
): Issued {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = /CN=(.+)/.exec(new X509Certificate(authority.cert).subject)?.[1] ?? "";
  return signed({
    ...of,
    name: of.hosts[0] ?? "localhost",
    keys,
    by: { name, key: of.authorityKey },
  });
}

type Wanted = {
  name: string;
  now: number;
  days: number;
  keys: { publicKey: KeyObject; privateKey: KeyObject };
  by: { name: string; key: KeyObject };
  hosts?: readonly string[];
  isAuthority?: boolean;
};

function signed(of: Wanted): Issued {
  const publicKey = of.keys.publicKey.export({ type: "spki", format: "der" });
  const algorithm = der.sequence(der.oid(id.ecdsaWithSha256));
  const toSign = der.sequence(
    der.tagged(0xa0, der.integer(Buffer.from([2]))),
    der.integer(serial()),
    algorithm,
    nameOf(of.by.name),
    der.sequence(
      der.utcTime(new Date(of.now - earlierMs)),
      der.utcTime(new Date(of.now + of.days * dayMs)),
    ),
    nameOf(of.name),
    publicKey,
    der.tagged(0xa3, der.sequence(...extensionsOf(of, publicKey))),
  );
  const signature = sign("sha256", toSign, of.by.key);
  return {
    cert: der.pem("CERTIFICATE", der.sequence(toSign, algorithm, der.bits(signature))),
    key: of.keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** Positive, and without a leading zero byte. */
function serial(): Buffer {
  const bytes = randomBytes(serialBytes);
  bytes[0] = ((bytes[0] ?? 0) & 127) | 64;
  return bytes;
}

const nameOf = (commonName: string): Buffer =>
  der.sequence(
    ...[
      [id.organization, "Castor"],
      [id.commonName, commonName],
    ].map(([type = "", value = ""]) => der.set(der.sequence(der.oid(type), der.utf8(value)))),
  );

const extension = (type: string, isCritical: boolean, value: Buffer): Buffer =>
  der.sequence(der.oid(type), ...(isCritical ? [der.boolean(true)] : []), der.octets(value));

function extensionsOf(of: Wanted, publicKey: Buffer): Buffer[] {
  const issuerKey = createPublicKey(of.by.key).export({ type: "spki", format: "der" });
  const common = [
    extension(id.subjectKeyId, false, der.octets(keyId(publicKey))),
    extension(id.authorityKeyId, false, der.sequence(der.tagged(0x80, keyId(issuerKey)))),
  ];
  if (of.isAuthority === true)
    return [
      // Signs certificates and revocations, and only servers' directly.
      extension(
        id.basicConstraints,
        true,
        der.sequence(der.boolean(true), der.integer(Buffer.from([0]))),
      ),
      extension(id.keyUsage, true, der.bits(Buffer.from([0b0000_0110]), 1)),
      ...common,
    ];
  return [
    extension(id.basicConstraints, true, der.sequence()),
    extension(id.keyUsage, true, der.bits(Buffer.from([0b1000_0000]), 7)),
    extension(id.extendedKeyUsage, false, der.sequence(der.oid(id.serverAuth))),
    extension(id.alternativeName, false, der.sequence(...(of.hosts ?? []).map(alternative))),
    ...common,
  ];
}

const keyId = (spki: Buffer): Buffer => createHash("sha1").update(spki).digest();

const alternative = (host: string): Buffer =>
  isIP(host) === 0
    ? der.tagged(0x82, Buffer.from(host, "latin1"))
    : der.tagged(0x87, addressBytes(host));

function addressBytes(address: string): Buffer {
  if (!address.includes(":")) return Buffer.from(address.split(".").map(Number));
  const [head = "", tail] = address.split("::");
  const groups = (text: string | undefined): string[] => (text ? text.split(":") : []);
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return Buffer.from(
    [...left, ...zeros, ...right].map((each) => each.padStart(4, "0")).join(""),
    "hex",
  );
}
