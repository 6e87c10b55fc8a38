import { expect, test } from "bun:test";
import { QueueTarget } from "./settings.ts";
import { type Waiting, WaitingLine } from "./waiting-line.ts";

const [critical, normal, sheddable, bot] = [0, 1, 2, 3] as const;

/** A line of names on virtual time, with the record of who was turned away. */
function lineOf(settings: Partial<QueueTarget> = {}) {
  const away: string[] = [];
  const line = new WaitingLine<string>(QueueTarget.parse(settings), ({ who }, why) =>
    away.push(`${who} ${why}`),
  );
  const join = (who: string, now: number, rank: number = normal): Waiting<string> | undefined =>
    line.join(who, { rank, now, untilMax: Infinity });
  const take = (now: number): string | undefined => {
    const best = line.next(now);
    if (best !== undefined) line.leave(best);
    return best?.who;
  };
  return { line, away, join, take };
}

test("who came first goes first, and whoever matters more goes before them", () => {
  const { join, take } = lineOf();
  join("page 1", 0);
  join("picture", 1, sheddable);
  join("page 2", 2);
  join("checkout", 3, critical);
  join("crawler", 4, bot);
  const order = [5, 5, 5, 5, 5, 5].map((now) => take(now));
  expect(order).toEqual(["checkout", "page 1", "page 2", "picture", "crawler", undefined]);
});

test("nobody waits longer than allowed, or than they have patience", () => {
  const { line, away, join } = lineOf({ waitMsMax: 1_000 });
  join("a", 0, critical);
  line.join("impatient", { rank: critical, now: 0, untilMax: 40 });
  line.sweep(50);
  line.sweep(999);
  line.sweep(1_000);
  expect(away).toEqual(["impatient timeout", "a timeout"]);
  expect(line.count).toBe(0);
});

test("a full line refuses whoever comes, unless somebody less important is in it", () => {
  const { away, join, take } = lineOf({ waitingMax: 2 });
  join("a", 0);
  join("picture", 0, sheddable);
  expect(join("b", 1)).toBeDefined();
  expect(join("c", 2)).toBeUndefined();
  expect(join("checkout", 3, critical)).toBeDefined();
  expect(away).toEqual(["picture shed", "c full", "b shed"]);
  expect([take(4), take(4)]).toEqual(["checkout", "a"]);
});

test("a line that has not been empty for 100 ms serves the newest first, and turns away who waited over 5 ms", () => {
  const { line, away, join, take } = lineOf();
  for (let now = 0; now <= 100; now += 10) join(`at ${now}`, now);
  expect(line.isPressed(99)).toBe(false);
  expect(line.isPressed(100)).toBe(true);
  expect(take(101)).toBe("at 100");
  join("at 102", 102);
  expect(away).toHaveLength(9);
  expect(away[0]).toBe("at 0 shed");
  expect(take(103)).toBe("at 102");
});

test("under pressure the last one stays: when a place becomes free somebody is there", () => {
  const { line, away, join, take } = lineOf();
  join("a", 0);
  join("b", 90);
  line.sweep(200);
  expect(away).toEqual(["a shed"]);
  expect(take(201)).toBe("b");
});

test("under pressure crawlers do not wait, and when it lasts neither does decoration", () => {
  const { away, join } = lineOf();
  join("checkout", 0, critical);
  join("crawler", 150, bot);
  expect(join("picture", 200, sheddable)).toBeDefined();
  expect(join("picture 2", 1_001, sheddable)).toBeUndefined();
  expect(away).toEqual(["crawler shed", "picture shed", "picture 2 shed"]);
});

test("what matters most waits its full time even under pressure", () => {
  const { line, away, join } = lineOf({ waitMsMax: 1_000 });
  join("checkout 1", 0, critical);
  join("checkout 2", 1, critical);
  line.sweep(900);
  expect(away).toEqual([]);
});

test("the line of a slow instance is judged by its own time", () => {
  const { line, join, away } = lineOf();
  line.pace(1_000);
  join("a", 0);
  join("b", 300);
  line.sweep(400);
  expect(line.isPressed(1_999)).toBe(false);
  expect(away).toEqual([]);
});

test("once everybody is served the next to wait is the first again", () => {
  const { line, join, take } = lineOf();
  join("a", 0);
  join("b", 200);
  take(201);
  take(201);
  join("c", 300);
  join("d", 301);
  expect(line.isPressed(302)).toBe(false);
  expect(take(302)).toBe("c");
});
