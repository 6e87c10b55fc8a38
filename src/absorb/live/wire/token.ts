import { outcome, type Outcome, type TokenFields, type TokenKind } from "../contract/shape.ts";
import { sipHash, type SipKey } from "./sip-hash.ts";

/** Kind, node, group (2), index (4), expiry (4), and 8 bytes of SipHash-2-4 over those; little-endian. 27 characters as text. */
export const tokenBytes = 20;
const signedBytes = 12;
const hash = new Int32Array(2);

const textPattern = /^[A-Za-z0-9_-]{27}$/;

export function writeToken(key: SipKey, fields: TokenFields, into: Uint8Array, at: number): void {
  const view = new DataView(into.buffer, into.byteOffset + at, tokenBytes);
  view.setUint8(0, fields.kind);
  view.setUint8(1, fields.node);
  view.setUint16(2, fields.group, true);
  view.setUint32(4, fields.index, true);
  view.setUint32(8, fields.expiresS, true);
  sipHash(key, into, at, signedBytes, hash);
  view.setInt32(12, hash[0] as number, true);
  view.setInt32(16, hash[1] as number, true);
}

/**
 * Reads the token at `at` into `fields`. `forged` when it was not signed with this key, which is found out in the same time
 * wherever it is wrong; `expired` when it was; `recorded` stands for good.
 */
export function readToken(
  key: SipKey,
  bytes: Uint8Array,
  at: number,
  nowS: number,
  fields: TokenFields,
): Outcome {
  sipHash(key, bytes, at, signedBytes, hash);
  const difference =
    ((hash[0] as number) ^ word(bytes, at + 12)) | ((hash[1] as number) ^ word(bytes, at + 16));
  if (difference !== 0) return outcome.forged;
  fields.kind = bytes[at] as TokenKind;
  fields.node = bytes[at + 1] as number;
  fields.group = (bytes[at + 2] as number) | ((bytes[at + 3] as number) << 8);
  fields.index = word(bytes, at + 4) >>> 0;
  fields.expiresS = word(bytes, at + 8) >>> 0;
  return fields.expiresS <= nowS ? outcome.expired : outcome.recorded;
}

/** A token as text, for addresses and headers. */
export function signToken(key: SipKey, fields: TokenFields): string {
  const bytes = new Uint8Array(tokenBytes);
  writeToken(key, fields, bytes, 0);
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** The bytes of a token's text; nothing when it cannot be one. */
export const tokenOfText = (text: string): Uint8Array | undefined =>
  textPattern.test(text) ? Uint8Array.fromBase64(text, { alphabet: "base64url" }) : undefined;

/** What a token's text says, or why it is not taken. */
export function checkToken(key: SipKey, text: string, nowS: number): TokenFields | Outcome {
  const bytes = tokenOfText(text);
  if (!bytes) return outcome.forged;
  const fields = noFields();
  const found = readToken(key, bytes, 0, nowS, fields);
  return found === outcome.recorded ? fields : found;
}

/** To be filled in by `readToken`. */
export const noFields = (): TokenFields => ({ kind: 1, node: 0, index: 0, group: 0, expiresS: 0 });

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at] as number) |
  ((bytes[at + 1] as number) << 8) |
  ((bytes[at + 2] as number) << 16) |
  ((bytes[at + 3] as number) << 24);
