import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";

/** What stands before the 32 bytes of an X25519 key in its DER forms (RFC 8410). */
const privateHead = Buffer.from("302e020100300506032b656e04220420", "hex");
const publicHead = Buffer.from("302a300506032b656e032100", "hex");
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const algorithm = "aes-256-gcm";

const publicFrom = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([publicHead, raw]), format: "der", type: "spki" });
const privateFrom = (secret: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([privateHead, secret]), format: "der", type: "pkcs8" });
const rawOf = (key: KeyObject): Buffer =>
  (key.export({ format: "der", type: "spki" }) as Buffer).subarray(publicHead.length);

/** The public half of a secret of 32 random bytes. */
export const publicKeyOf = (secret: Uint8Array): string =>
  rawOf(createPublicKey(privateFrom(secret))).toString("base64url");

const sharedKey = (mine: KeyObject, theirs: KeyObject, salt: Uint8Array): Buffer =>
  Buffer.from(
    hkdfSync(
      "sha256",
      diffieHellman({ privateKey: mine, publicKey: theirs }),
      salt,
      "castor.form",
      keyBytes,
    ),
  );

/** Seals for whoever has the secret half (X25519, HKDF, AES-256-GCM); the sealer itself cannot read it again. */
export function seal(publicKey: string, clear: Uint8Array, about: string): Buffer {
  const once = generateKeyPairSync("x25519");
  const raw = rawOf(once.publicKey);
  const key = sharedKey(once.privateKey, publicFrom(Buffer.from(publicKey, "base64url")), raw);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(about));
  return Buffer.concat([raw, nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what was sealed; throws when it is not what it was, or not about that. */
export function unseal(secret: Uint8Array, sealed: Uint8Array, about: string): Buffer {
  const raw = sealed.subarray(0, keyBytes);
  const nonce = sealed.subarray(keyBytes, keyBytes + nonceBytes);
  const key = sharedKey(privateFrom(secret), publicFrom(raw), raw);
  const cipher = createDecipheriv(algorithm, key, nonce).setAAD(Buffer.from(about));
  cipher.setAuthTag(sealed.subarray(-tagBytes));
  const clear = cipher.update(sealed.subarray(keyBytes + nonceBytes, -tagBytes));
  return Buffer.concat([clear, cipher.final()]);
}
