import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { Standings } from "./standings.ts";

test("ranks and the first ones are those of a plain sort, and equals share a rank", () => {
  const answer = fc.tuple(fc.nat(19), fc.integer({ min: 0, max: 3 }));
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 80 }), (answers) => {
      const standings = new Standings(20);
      const plain = Array.from({ length: 20 }, (_, index) => ({ index, right: 0, latencyMs: 0 }));
      for (const [index, latencyMs] of answers) {
        standings.score(index, latencyMs);
        const one = plain[index];
        if (!one) continue;
        one.right++;
        one.latencyMs += latencyMs;
      }
      const all = plain
        .filter(({ right }) => right > 0)
        .toSorted((a, b) => b.right - a.right || a.latencyMs - b.latencyMs || a.index - b.index)
        .map((each, _, sorted) => ({
          ...each,
          rank:
            1 +
            sorted.findIndex(
              ({ right, latencyMs }) => right === each.right && latencyMs === each.latencyMs,
            ),
        }));
      expect(standings.top(5)).toEqual(all.slice(0, 5));
      for (const each of all) expect(standings.rank(each.index)).toEqual(each);
      for (const { index } of plain.filter(({ right }) => right === 0))
        expect(standings.rank(index)).toBeUndefined();
    }),
  );
}, 60_000);

test("the longest show fits: 255 right answers in four and a half hours", () => {
  const standings = new Standings(2);
  for (let n = 0; n < 255; n++) standings.score(1, 65_793);
  expect(standings.rank(1)).toEqual({ index: 1, rank: 1, right: 255, latencyMs: 2 ** 24 - 1 });
});

test("among many the first ones and every rank are those of a plain sort, with ties that go over the bounds of blocks", () => {
  const participants = 9_000;
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4_000 }),
      fc.infiniteStream(fc.nat()),
      (spread, chance) => {
        const next = (below: number): number => Number(chance.next().value) % below;
        const standings = new Standings(participants);
        const figures = Array.from({ length: participants }, (_, index) => ({
          ...{ index, right: 0, latencyMs: 0 },
        }));
        for (const each of figures)
          for (let n = next(4); n > 0; n--) {
            const latencyMs = next(spread);
            standings.score(each.index, latencyMs);
            each.right++;
            each.latencyMs += latencyMs;
          }
        const sorted = figures
          .filter(({ right }) => right > 0)
          .toSorted((a, b) => b.right - a.right || a.latencyMs - b.latencyMs || a.index - b.index);
        for (const count of [1, 10, 100])
          expect(standings.top(count).map(({ index }) => index)).toEqual(
            sorted.slice(0, count).map(({ index }) => index),
          );
        const restored = new Standings(participants);
        restored.restore(new Uint8Array(standings.scores.buffer));
        expect(restored.top(10)).toEqual(standings.top(10));
        for (const place of [0, 1, 500, sorted.length - 1]) {
          const { index = 0, right = 0, latencyMs = 0 } = sorted[place] ?? {};
          const rank =
            1 + sorted.findIndex((each) => each.right === right && each.latencyMs === latencyMs);
          expect(restored.rank(index)).toEqual({ index, rank, right, latencyMs });
        }
      },
    ),
    { numRuns: 12 },
  );
});

test("a crowd that was about equally fast is put in order too", () => {
  const standings = new Standings(200_000);
  for (let slot = 0; slot < 200_000; slot++) standings.score(slot, (slot * 7_919) % 9_000);
  for (const slot of [0, 1, 77_777, 199_999]) {
    const mine = (slot * 7_919) % 9_000;
    let rank = 1;
    for (let other = 0; other < 200_000; other++) if ((other * 7_919) % 9_000 < mine) rank++;
    expect(standings.rank(slot)?.rank).toBe(rank);
  }
});

test("whoever scores while all is put in order is in the order", () => {
  const standings = new Standings(200_000);
  for (let index = 0; index < 200_000; index++) standings.score(index, index + 1);
  expect(standings.prepare()).toBe(false);
  standings.score(199_999, 1);
  expect(standings.rank(199_999)?.rank).toBe(1);
  expect(standings.rank(0)?.rank).toBe(2);
  expect(standings.prepare()).toBe(true);
});
