/** The key as four words, little-endian. */
export type SipKey = Int32Array;

export function sipKey(bytes: Uint8Array): SipKey {
  if (bytes.length !== 16) throw new Error("A SipHash key is 16 bytes");
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  return Int32Array.from({ length: 4 }, (_, n) => view.getInt32(n * 4, true));
}

const finishing = 4;
/** Of an addition of two halves that gave `sum`. On whole numbers of 32 bits: a sum above that would become a double, at twice the price. */
const carry = (a: number, b: number, sum: number): number => ((a & b) | ((a | b) & ~sum)) >>> 31;

/**
 * SipHash-2-4 (Aumasson, Bernstein 2012): a keyed hash made for short inputs. Hashes `length` bytes from `at` on and leaves
 * the low and the high half of the result in `out`. Each 64-bit word is two halves, in locals: an array would cost ten times as much.
 */
export function sipHash(
  key: SipKey,
  bytes: Uint8Array,
  at: number,
  length: number,
  out: Int32Array,
): void {
  const [k0, k1, k2, k3] = [key[0], key[1], key[2], key[3]] as [number, number, number, number];
  let l0 = k0 ^ 0x70736575;
  let h0 = k1 ^ 0x736f6d65;
  let l1 = k2 ^ 0x6e646f6d;
  let h1 = k3 ^ 0x646f7261;
  let l2 = k0 ^ 0x6e657261;
  let h2 = k1 ^ 0x6c796765;
  let l3 = k2 ^ 0x79746573;
  let h3 = k3 ^ 0x74656462;
  const absorbing = ((length >> 3) + 1) * 2;
  let low = 0;
  let high = 0;
  for (let turn = 0; turn < absorbing + finishing; turn++) {
    if (turn === absorbing) l2 ^= 0xff;
    else if (turn < absorbing && (turn & 1) === 0) {
      low = word(bytes, at, length, turn << 2);
      high = word(bytes, at, length, (turn << 2) + 4);
      if (turn === absorbing - 2) high |= length << 24;
      l3 ^= low;
      h3 ^= high;
    }
    const l0a = (l0 + l1) | 0;
    const h0a = (h0 + h1 + carry(l0, l1, l0a)) | 0;
    const l1a = ((l1 << 13) | (h1 >>> 19)) ^ l0a;
    const h1a = ((h1 << 13) | (l1 >>> 19)) ^ h0a;
    const l2a = (l2 + l3) | 0;
    const h2a = (h2 + h3 + carry(l2, l3, l2a)) | 0;
    const l3a = ((l3 << 16) | (h3 >>> 16)) ^ l2a;
    const h3a = ((h3 << 16) | (l3 >>> 16)) ^ h2a;
    // The first half of a round ends by turning v0 by 32 bits, so its halves change places.
    l0 = (h0a + l3a) | 0;
    h0 = (l0a + h3a + carry(h0a, l3a, l0)) | 0;
    l3 = ((l3a << 21) | (h3a >>> 11)) ^ l0;
    h3 = ((h3a << 21) | (l3a >>> 11)) ^ h0;
    const l2b = (l2a + l1a) | 0;
    const h2b = (h2a + h1a + carry(l2a, l1a, l2b)) | 0;
    l1 = ((l1a << 17) | (h1a >>> 15)) ^ l2b;
    h1 = ((h1a << 17) | (l1a >>> 15)) ^ h2b;
    l2 = h2b;
    h2 = l2b;
    if (turn < absorbing && (turn & 1) === 1) {
      l0 ^= low;
      h0 ^= high;
    }
  }
  out[0] = l0 ^ l1 ^ l2 ^ l3;
  out[1] = h0 ^ h1 ^ h2 ^ h3;
}

/** Four bytes from `from` on, with nothing beyond `length`. */
function word(bytes: Uint8Array, at: number, length: number, from: number): number {
  if (from + 4 <= length) {
    const i = at + from;
    return (
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24)
    );
  }
  let found = 0;
  for (let n = 0; from + n < length; n++) found |= (bytes[at + from + n] as number) << (n * 8);
  return found;
}
