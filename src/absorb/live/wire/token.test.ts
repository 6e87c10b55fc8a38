import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { outcome, type TokenFields, tokenKind } from "../contract/shape.ts";
import { sipHash, sipKey } from "./sip-hash.ts";
import { batchAnswerBytes } from "./frames.ts";
import { checkToken, noFields, readToken, signToken, tokenBytes, writeToken } from "./token.ts";
import { TokenBatch } from "./token-batch.ts";

const key = sipKey(Uint8Array.from({ length: 16 }, (_, n) => n));
const fields: TokenFields = {
  kind: tokenKind.participant,
  node: 3,
  index: 4_000_000_000,
  group: 749,
  expiresS: 2_000_000_000,
};

test("SipHash-2-4 gives what its paper gives", () => {
  const out = new Int32Array(2);
  const input = Uint8Array.from({ length: 15 }, (_, n) => n);
  sipHash(key, input, 0, 15, out);
  expect([out[1], out[0]].map((half) => (Number(half) >>> 0).toString(16))).toEqual([
    "a129ca61",
    "49be45e5",
  ]);
  // The first of the authors' test vectors: nothing at all.
  sipHash(key, input, 0, 0, out);
  expect([out[1], out[0]].map((half) => (Number(half) >>> 0).toString(16))).toEqual([
    "726fdb47",
    "dd0e0e31",
  ]);
});

test("a token says what it was signed with, in 27 characters", () => {
  const text = signToken(key, fields);
  expect(text).toHaveLength(27);
  expect(checkToken(key, text, 1_900_000_000)).toEqual(fields);
  expect(checkToken(key, text, 2_000_000_000)).toBe(outcome.expired);
});

test("no bit of a token can be changed, and no other key opens it", () => {
  const bytes = new Uint8Array(20);
  writeToken(key, fields, bytes, 0);
  for (let bit = 0; bit < 160; bit++) {
    const edited = Uint8Array.from(bytes);
    edited[bit >> 3] = (edited[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(readToken(key, edited, 0, 0, noFields())).toBe(outcome.forged);
  }
  const other = sipKey(new Uint8Array(16));
  expect(readToken(other, bytes, 0, 0, noFields())).toBe(outcome.forged);
  for (const text of ["", "a", "ä".repeat(27), "a".repeat(28), `${"a".repeat(26)}=`])
    expect(checkToken(key, text, 0)).toBe(outcome.forged);
});

test("a relay's tokens are read together as they are one by one, whatever is wrong with them", () => {
  const batch = new TokenBatch(40);
  const other = sipKey(new Uint8Array(16).fill(3));
  const answer = fc.record({
    bytes: fc.uint8Array({ minLength: batchAnswerBytes, maxLength: batchAnswerBytes }),
    index: fc.nat(),
    expiresS: fc.nat(20),
    made: fc.constantFrom("signed", "edited", "by another", "made up"),
    bit: fc.nat(tokenBytes * 8 - 1),
  });
  fc.assert(
    fc.property(fc.array(answer, { minLength: 1, maxLength: 40 }), fc.nat(9), (answers, from) => {
      const message = Buffer.alloc(from + answers.length * batchAnswerBytes);
      for (const [n, { bytes, index, expiresS, made, bit }] of answers.entries()) {
        const at = from + n * batchAnswerBytes;
        message.set(bytes, at);
        if (made === "made up") continue;
        writeToken(
          made === "by another" ? other : key,
          { ...fields, index, expiresS },
          message,
          at,
        );
        const edited = at + (bit >> 3);
        if (made === "edited") message[edited] = (message[edited] ?? 0) ^ (1 << (bit & 7));
      }
      batch.clear();
      for (const n of answers.keys()) batch.add(message, from + n * batchAnswerBytes, 1);
      batch.check(key);
      const view = new DataView(message.buffer, message.byteOffset);
      for (const n of answers.keys()) {
        const at = from + n * batchAnswerBytes;
        const [one, together] = [noFields(), noFields()];
        const became = readToken(key, message, at, 10, one);
        expect(batch.token(n, 10, together)).toBe(became);
        if (became !== outcome.forged) expect(together).toEqual(one);
        expect(batch.question(n)).toBe(message[at + tokenBytes] ?? -1);
        expect(batch.choice(n)).toBe(message[at + tokenBytes + 1] ?? -1);
        expect(batch.elapsedMs(n)).toBe(view.getUint32(at + tokenBytes + 4, true));
      }
    }),
  );
});
