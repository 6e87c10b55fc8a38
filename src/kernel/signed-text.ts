import { createHmac, timingSafeEqual } from "node:crypto";

/** Compares secrets without telling by time how much of them was right. */
export function sameSecret(given: string, expected: string): boolean {
  const key = Buffer.alloc(32);
  const mac = (text: string): Buffer => createHmac("sha256", key).update(text).digest();
  return expected.length > 0 && timingSafeEqual(mac(given), mac(expected));
}

/** What texts are signed for, such as "castor page link": one for one thing is none for another. `bytes` of the HMAC are kept. */
export type Seal = { key: Uint8Array; what: string; bytes: number };

const macOf = ({ key, what, bytes }: Seal, text: string): string =>
  createHmac("sha256", key)
    .update(`${what}\n${text}`)
    .digest()
    .subarray(0, bytes)
    .toString("base64url");

/** A text that only this machine can have written (HMAC-SHA256), for links: the text, a dot, and its proof. */
export const signText = (seal: Seal, text: string): string => `${text}.${macOf(seal, text)}`;

/** The text that was signed; undefined when nobody here signed it. */
export function readSigned(seal: Seal, signed: string): string | undefined {
  const end = signed.lastIndexOf(".");
  const text = signed.slice(0, Math.max(0, end));
  return sameSecret(signed.slice(end + 1), macOf(seal, text)) ? text : undefined;
}
