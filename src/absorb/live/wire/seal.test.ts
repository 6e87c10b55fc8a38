import { expect, test } from "bun:test";
import { sealed } from "./seal.ts";

test("a sealed text opens with its key, and says nothing without", () => {
  const key = new Uint8Array(16).fill(9);
  const text = new TextEncoder().encode("¿Quién canta? ".repeat(40));
  const closed = sealed(key, text);
  expect(closed).not.toEqual(text);
  expect(sealed(key, closed)).toEqual(text);
  expect(sealed(new Uint8Array(16).fill(8), closed)).not.toEqual(text);
  // What repeats in the text does not repeat in what is sealed.
  const blocks = new Set(
    Array.from({ length: closed.length >> 3 }, (_, n) => closed.slice(n * 8, n * 8 + 8).toHex()),
  );
  expect(blocks.size).toBe(closed.length >> 3);
});
