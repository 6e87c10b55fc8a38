import { expect, test } from "bun:test";
import { outcome, type TokenFields, tokenKind } from "../contract/shape.ts";
import { sipHash, sipKey } from "./sip-hash.ts";
import { checkToken, noFields, readToken, signToken, writeToken } from "./token.ts";

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
