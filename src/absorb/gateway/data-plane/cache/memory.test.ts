import { expect, test } from "bun:test";
import { Memory } from "./memory.ts";
import { Sketch } from "./sketch.ts";
import { Stored } from "./stored.ts";
import { termsOf } from "./terms.ts";
import type { Selector } from "./vary.ts";

const hash32 = (text: string): number => Bun.hash.crc32(text);
const fields: [string, string][] = [["Cache-Control", "max-age=60"]];
const reading = { heuristicShare: 0, heuristicMsMax: 0, unmarkedMs: 0, sharesCookies: false };
const terms = termsOf({ status: 200, fields }, { requestedAt: 0, receivedAt: 0 }, reading);
const page = (key: string, bodyBytes = 1_000, selectors: Selector[] = []): Stored =>
  new Stored({
    key,
    service: "shop",
    status: 200,
    reason: "OK",
    fields,
    selectors,
    terms,
    body: Buffer.alloc(bodyBytes),
  });
const pageBytes = page("/a").bytes;

/** A memory with room for so many pages, where each page that is kept was missed before. */
function memoryFor(pages: number): { memory: Memory; ask: (key: string, now?: number) => boolean } {
  const memory = new Memory(pages * pageBytes + 200, hash32);
  const ask = (key: string, now = 0): boolean => {
    const found = memory.peek(key)?.variants[0];
    if (found !== undefined) memory.used(found, now);
    else memory.missed(key);
    return found !== undefined || memory.keep(page(key));
  };
  return { memory, ask };
}

test("the budget holds, whatever is stored", () => {
  const { memory, ask } = memoryFor(10);
  for (let i = 0; i < 500; i++) {
    ask(`/${i % 40}`, i * 2_000);
    const real = [...memory].reduce((sum, slot) => sum + slot.bytes, 0);
    expect(memory.bytes).toBe(real);
    expect(memory.bytes).toBeLessThanOrEqual(memory.bytesMax);
  }
  expect(memory.keep(page("/huge", 1_000_000))).toBe(false);
});

test("ten thousand pages that are asked for once push out none that people read", () => {
  const { memory, ask } = memoryFor(20);
  const popular = Array.from({ length: 15 }, (_, i) => `/popular/${i}`);
  let now = 0;
  for (let round = 0; round < 3; round++) for (const each of popular) ask(each, (now += 1_500));
  for (let i = 0; i < 10_000; i++) ask(`/once/${i}`, (now += 10));
  expect(popular.filter((each) => memory.peek(each) !== undefined)).toHaveLength(15);
});

test("who is asked for again and again gets in, and the least asked for goes", () => {
  const { memory, ask } = memoryFor(5);
  for (let i = 0; i < 5; i++) ask(`/old/${i}`);
  expect(ask("/new")).toBe(false);
  expect(ask("/new")).toBe(true);
  expect(memory.peek("/new")).toBeDefined();
  expect(memory.size).toBe(5);
});

test("variants of one URL stand side by side, at most sixteen, the same one once", () => {
  const memory = new Memory(1_000_000, hash32);
  for (let i = 0; i < 20; i++) {
    const variant = page("/a", 10, [["foo", String(i)]]);
    variant.touchedAt = i;
    memory.keep(variant);
  }
  const kept = memory.peek("/a")?.variants.map((each) => each.selectors[0]?.[1]) ?? [];
  expect(kept).toHaveLength(16);
  expect(kept).not.toContain("0");
  memory.keep(page("/a", 10, [["foo", "19"]]));
  expect(memory.peek("/a")?.variants).toHaveLength(16);
  expect(memory.bytes).toBe([...memory][0]?.bytes ?? 0);
});

test("what is taken out leaves no bytes behind", () => {
  const { memory, ask } = memoryFor(5);
  for (const key of ["/a", "/b"]) ask(key);
  ask("/b", 5_000);
  const b = memory.peek("/b")?.variants[0];
  memory.remove("/a");
  if (b !== undefined) memory.removeVariant(b);
  expect(memory.size).toBe(0);
  expect(memory.bytes).toBe(0);
});

test("the sketch never counts too little, and forgets", () => {
  const sketch = new Sketch();
  for (let i = 0; i < 7; i++) sketch.note(hash32("/a"));
  for (let i = 0; i < 1_000; i++) sketch.note(hash32(`/${i}`));
  expect(sketch.estimate(hash32("/a"))).toBeGreaterThanOrEqual(7);
  for (let i = 0; i < 3_000_000; i++) sketch.note(hash32("/other"));
  expect(sketch.estimate(hash32("/a"))).toBe(0);
});
