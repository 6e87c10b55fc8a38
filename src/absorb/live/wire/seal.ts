import { sipHash, sipKey } from "./sip-hash.ts";

const blockBytes = 8;

/**
 * Seals or opens: the same step. SipHash in counter mode makes the keystream, under a key that is used for one text only.
 * Not AES by WebCrypto, which browsers refuse on a plain http address: a hall's own network often has no certificate.
 */
export function sealed(key: Uint8Array, text: Uint8Array): Uint8Array {
  const words = sipKey(key);
  const counter = new Uint8Array(blockBytes);
  const half = new Int32Array(2);
  const stream = new Uint8Array(half.buffer);
  const out = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const within = at % blockBytes;
    if (within === 0) {
      new DataView(counter.buffer).setUint32(0, at / blockBytes, true);
      sipHash(words, counter, 0, blockBytes, half);
    }
    out[at] = (text[at] as number) ^ (stream[within] as number);
  }
  return out;
}
