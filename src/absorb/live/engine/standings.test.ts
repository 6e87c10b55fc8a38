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
});

test("the longest show fits: 255 right answers in four and a half hours", () => {
  const standings = new Standings(2);
  for (let n = 0; n < 255; n++) standings.score(1, 65_793);
  expect(standings.rank(1)).toEqual({ index: 1, rank: 1, right: 255, latencyMs: 2 ** 24 - 1 });
});
