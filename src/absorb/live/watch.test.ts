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

test("what several nodes tell adds up to one curve, and silence is no answer twice", () => {
  const watch = new Watch();
  watch.hear(told(0, 9_900, 100));
  watch.hear(told(1, 9_950, 50));
  watch.hear(told(0, 10_500, 160));
  watch.hear(told(1, 10_600, 90));
  watch.hear(told(0, 12_500, 200));
  expect(watch.arrivals("final", 10_000, 13_000)).toEqual([100, 0, 40]);
  expect(watch.arrivals("other", 10_000, 13_000)).toEqual([]);
});

test("cells of all nodes are summed, and stay as they were while a node tells no change", () => {
  const watch = new Watch();
  watch.hear(told(0, 10_000, 1, [1, 2]));
  watch.hear(told(1, 10_000, 1, [10, 20]));
  watch.hear(told(1, 10_100, 1));
  expect(watch.cells("final", 0)).toEqual([11, 22]);
});

test("what an answer takes is measured while many come; before that the slowest node's warm-up tells", () => {
  const watch = new Watch();
  expect(watch.warmUpUs("final")).toBeUndefined();
  watch.hear(told(0, 10_000, 0, undefined, { answerUs: 9 }));
  watch.hear(told(1, 10_000, 0, undefined, { answerUs: 11 }));
  expect([watch.answerUs("final"), watch.warmUpUs("final")]).toEqual([undefined, 11]);
  watch.hear(told(0, 11_000, 50_000, undefined, { perSecond: 50_000, cpuShare: 0.5 }));
  expect(watch.answerUs("final")).toBeCloseTo(10);
});
