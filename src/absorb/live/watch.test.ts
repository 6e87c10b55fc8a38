import { expect, test } from "bun:test";
import type { LiveTold } from "./contract/orders.ts";
import { Watch } from "./watch.ts";

const told = (
  node: number,
  at: number,
  recorded: number,
  cells?: number[],
  more: Partial<LiveTold["figures"]> = {},
): LiveTold => ({
  ...{ run: "final", node, epoch: `life-${node}`, at },
  questions: [{ question: 0, phase: "open", ...(cells ? { cells } : {}) }],
  figures: {
    ...{ connections: 1, relays: 0, recorded, repeated: 0, refused: {}, perSecond: 0 },
    ...{
      ackMsP50: 1,
      ackMsP99: 2,
      syncMs: 0.1,
      cpuShare: 0.5,
      memoryBytes: 1,
      fanOutMs: 0,
      logBytes: 0,
    },
    ...more,
  },
});

const hear = (watch: Watch, said: LiveTold): boolean => watch.hear(said, said.at);

test("what several nodes tell adds up to one curve, and silence is no answer twice", () => {
  const watch = new Watch();
  hear(watch, told(0, 9_900, 100));
  hear(watch, told(1, 9_950, 50));
  hear(watch, told(0, 10_500, 160));
  hear(watch, told(1, 10_600, 90));
  hear(watch, told(0, 12_500, 200));
  expect(watch.arrivals("final", 10_000, 13_000)).toEqual([100, 0, 40]);
  expect(watch.arrivals("other", 10_000, 13_000)).toEqual([]);
});

test("cells of all nodes are summed, and stay as they were while a node tells no change", () => {
  const watch = new Watch();
  hear(watch, told(0, 10_000, 1, [1, 2]));
  hear(watch, told(1, 10_000, 1, [10, 20]));
  hear(watch, told(1, 10_100, 1));
  expect([...watch.merged("final").cells(0)]).toEqual([11, 22]);
});

test("what an answer takes is measured while many come; before that the slowest node's warm-up tells", () => {
  const watch = new Watch();
  expect(watch.warmUpUs("final")).toBeUndefined();
  hear(watch, told(0, 10_000, 0, undefined, { answerUs: 9 }));
  hear(watch, told(1, 10_000, 0, undefined, { answerUs: 11 }));
  expect([watch.answerUs("final"), watch.warmUpUs("final")]).toEqual([undefined, 11]);
  hear(watch, told(0, 11_000, 50_000, undefined, { perSecond: 50_000, cpuShare: 0.5 }));
  expect(watch.answerUs("final")).toBeCloseTo(10);
});

test("a node that begins anew, is heard twice or twice at once takes nothing back and adds nothing by it", () => {
  const watch = new Watch();
  const life = (epoch: string, at: number, cells: number[], more = {}): LiveTold => ({
    ...told(
      0,
      at,
      cells.reduce((sum, each) => sum + each, 0),
      cells,
      more,
    ),
    epoch,
  });
  hear(watch, life("first", 10_000, [100, 50], { repeated: 7, refused: { late: 2 } }));
  hear(watch, life("first", 10_000, [100, 50], { repeated: 7, refused: { late: 2 } }));
  hear(watch, life("second", 12_000, [3, 0], { repeated: 1 }));
  hear(watch, life("first", 10_000, [90, 50]));
  hear(watch, life("second", 12_100, [4, 0], { repeated: 1 }));
  expect([...watch.merged("final").cells(0)]).toEqual([104, 50]);
  expect(watch.merged("final").recorded).toBe(154);
  expect(watch.others("final")).toEqual({ repeated: 8, refused: { late: 2 } });
  expect(watch.nodes("final").map(({ epoch }) => epoch)).toEqual(["second", "first"]);
  hear(watch, life("second", 30_000, [5, 0], { repeated: 1 }));
  expect(watch.nodes("final").map(({ epoch }) => epoch)).toEqual(["second"]);
});

test("what a process forgets when it starts anew stays in the sums", () => {
  const watch = new Watch();
  hear(watch, told(0, 10_000, 900, [900], { repeated: 40, refused: { forged: 9 } }));
  hear(watch, told(0, 11_000, 900, [900], { repeated: 2, refused: { early: 1 } }));
  hear(watch, told(0, 12_000, 950, [950], { repeated: 5, refused: { early: 1, forged: 1 } }));
  expect(watch.others("final")).toEqual({ repeated: 45, refused: { forged: 10, early: 1 } });
});

test("a node whose clock is wrong, and a control that listens since just now, put no answer into the wrong second", () => {
  const watch = new Watch();
  watch.hear(told(0, 4_000, 5_000), 10_100);
  watch.hear(told(1, 10_150, 3_000), 10_150);
  watch.hear(told(0, 5_100, 5_010), 11_200);
  watch.hear(told(1, 12_250, 3_020), 12_250);
  expect(watch.arrivals("final", 10_000, 14_000)).toEqual([0, 10, 20, 0]);
});
