import { expect, test } from "bun:test";
import { Visits } from "./visits.ts";

/** The same numbers each time: xorshift. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

test("among very many pages the most visited ones are found with their counts, in little memory", () => {
  const [pages, visits, capacity] = [20_000, 100_000, 500];
  const next = chance(42);
  const sketch = new Visits(capacity);
  const exact = new Map<string, number>();
  for (let i = 0; i < visits; i++) {
    // Few pages get most of the visits: rank is an exponential of an even draw.
    const key = `site/${Math.floor(pages ** next())}`;
    exact.set(key, (exact.get(key) ?? 0) + 1);
    sketch.note(key, 0);
  }
  const { total, pages: found } = sketch.read(0);
  expect(total).toBe(visits);
  expect(found).toHaveLength(capacity);
  const best = [...exact].toSorted((a, b) => b[1] - a[1]).slice(0, 40);
  const seen = new Map(found.map((each) => [each.key, each.visits]));
  for (const [key, count] of best) {
    const said = seen.get(key) ?? 0;
    expect(said).toBeLessThanOrEqual(count);
    expect(said).toBeGreaterThan(count * 0.9);
  }
  const top = found.slice(0, 40).reduce((sum, each) => sum + each.visits, 0) / total;
  const truth = best.reduce((sum, [, count]) => sum + count, 0) / visits;
  expect(Math.abs(top - truth)).toBeLessThan(0.01);
});

test("what was visited long ago counts less and less, and never breaks the numbers", () => {
  const hour = 3_600_000;
  const sketch = new Visits(10);
  for (let i = 0; i < 100; i++) sketch.note("old", 1);
  sketch.note("new", 5 * hour);
  const now = sketch.read(5 * hour);
  expect(now.pages.find(({ key }) => key === "old")?.visits).toBeCloseTo(12.5, 1);
  expect(now.pages.find(({ key }) => key === "new")?.visits).toBeCloseTo(1, 5);
  for (let at = 5; at < 1_000; at += 5) sketch.note("new", at * hour);
  const later = sketch.read(1_000 * hour);
  expect(later.total).toBeLessThan(2);
  expect(later.pages[0]?.key).toBe("new");
  sketch.note("x".repeat(2_000), 1_000 * hour);
  expect(sketch.read(1_000 * hour).pages).toHaveLength(2);
});
