import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { MergedCells } from "./merge.ts";

const told = (node: number, cells: number[], epoch = "a") => ({
  ...{ node, epoch },
  questions: [{ question: 0, phase: "open" as const, cells }],
  figures: { recorded: cells.reduce((sum, each) => sum + each, 0) },
});

test("what nodes tell adds up to the same in any order, told twice or lost on the way", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(2), fc.nat(3)), { minLength: 1, maxLength: 40 }),
      fc.infiniteStream(fc.nat(1_000)),
      (answers, chance) => {
        const counts = [0, 1, 2].map(() => [0, 0, 0, 0]);
        const said: ReturnType<typeof told>[] = [];
        for (const [node, cell] of answers) {
          const own = counts[node] ?? [];
          own[cell] = (own[cell] ?? 0) + 1;
          said.push(told(node, [...own]));
        }
        const last = counts.map((cells, node) => told(node, cells));
        const heard = said.flatMap((each) => {
          const n = chance.next().value % 3;
          return Array.from({ length: n }, () => each);
        });
        const merged = new MergedCells();
        for (const each of [...heard, ...last].toSorted(() => (chance.next().value % 3) - 1))
          merged.hear(each);
        const expected = [0, 1, 2, 3].map((cell) =>
          counts.reduce((sum, cells) => sum + (cells[cell] ?? 0), 0),
        );
        expect([...merged.cells(0)]).toEqual(expected);
        expect(merged.recorded).toBe(answers.length);
      },
    ),
  );
});

test("a node that lost its disk begins another life, and what the first one counted stays", () => {
  const merged = new MergedCells();
  merged.hear(told(0, [5, 1]));
  merged.hear(told(0, [2, 0], "b"));
  merged.hear(told(0, [4, 1]));
  expect([...merged.cells(0)]).toEqual([7, 1]);
  expect(merged.recorded).toBe(8);
});

test("a node that loses its disk for ever fills no memory: lives beyond a bound are left out", () => {
  const merged = new MergedCells();
  for (let life = 0; life < 1_000; life++) merged.hear(told(life % 3, [1], `life-${life}`));
  expect(merged.hear(told(0, [1], "one more"))).toBe(false);
  expect(merged.hear(told(0, [5], "life-0"))).toBe(true);
  expect(merged.recorded).toBeLessThan(300);
});

test("once one node tells of choices only, no node is known by group any more, whatever is told late", () => {
  const merged = new MergedCells();
  // Two choices in three groups, on two nodes and in a life that is lost.
  merged.hear(told(0, [1, 0, 4, 2, 2, 2]));
  merged.hear(told(1, [0, 1, 0, 0, 0, 3]));
  merged.hear(told(1, [1, 1, 1, 0, 0, 1], "lost"));
  merged.hear(told(0, [6, 6]));
  expect([...merged.cells(0)]).toEqual([6 + 1 + 3, 6 + 3 + 1]);
  expect(merged.of({ node: 1, epoch: "lost" })?.cells.get(0)).toHaveLength(2);
  merged.hear(told(1, [0, 1, 0, 0, 0, 3]));
  merged.hear(told(1, [1, 4]));
  expect([...merged.cells(0)]).toEqual([6 + 1 + 3, 6 + 4 + 1]);
});
