import { describe, expect, test } from "bun:test";
import type { Millis } from "../contract.ts";
import type { Clock } from "./clock.ts";

/** What every clock promises. `pass` lets at least that much of its time go by. */
export function clockConformance(
  name: string,
  make: () => { clock: Clock; pass: (ms: Millis) => Promise<void> },
): void {
  describe(`clock: ${name}`, () => {
    test("a sleep ends at or after its time", async () => {
      const { clock, pass } = make();
      const until = clock.now() + 20;
      let woke: Millis | undefined;
      const slept = clock.sleepUntil(until).then(() => (woke = clock.now()));
      await pass(25);
      await slept;
      expect(woke).toBeGreaterThanOrEqual(until);
    });

    test("a sleep into the past ends without waiting for time", async () => {
      const { clock } = make();
      await clock.sleepUntil(clock.now() - 1);
    });

    test("an aborted sleep ends early and does not throw", async () => {
      const { clock } = make();
      const stop = new AbortController();
      const slept = clock.sleepUntil(clock.now() + 3_600_000, stop.signal);
      stop.abort();
      await slept;
      await clock.sleepUntil(clock.now() + 3_600_000, stop.signal);
    });

    test("a timer fires once, later than the call that set it, and not when cancelled", async () => {
      const { clock, pass } = make();
      const heard: string[] = [];
      clock.at(clock.now() - 5, () => heard.push("past"));
      clock.at(clock.now() + 10, () => heard.push("soon"));
      const cancel = clock.at(clock.now() + 10, () => heard.push("cancelled"));
      expect(heard).toEqual([]);
      cancel();
      cancel();
      await pass(50);
      expect(heard).toEqual(["past", "soon"]);
    });

    test("a timer further away than the runtime can count does not fire now", async () => {
      const { clock, pass } = make();
      let fired = false;
      const cancel = clock.at(clock.now() + 2 ** 33, () => (fired = true));
      await pass(20);
      cancel();
      expect(fired).toBe(false);
    });

    test("ids are UUIDv7 of this time, all different, in the order they were made", async () => {
      const { clock, pass } = make();
      const before = clock.now();
      const ids = Array.from({ length: 5000 }, () => clock.id());
      await pass(20);
      ids.push(clock.id());
      const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
      expect(ids.filter((id) => !form.test(id))).toEqual([]);
      expect(new Set(ids).size).toBe(ids.length);
      expect([...ids].sort()).toEqual(ids);
      const stamp = Number.parseInt((ids[0] ?? "").replace("-", "").slice(0, 12), 16);
      expect(stamp).toBeGreaterThanOrEqual(before);
      expect(stamp).toBeLessThanOrEqual(clock.now());
    });

    test("chance lies in [0, 1) and fills it evenly", () => {
      const { clock } = make();
      const buckets = Array.from({ length: 10 }, () => 0);
      for (let draw = 0; draw < 10_000; draw++) {
        const bucket = Math.floor(clock.random() * 10);
        buckets[bucket] = (buckets[bucket] ?? Number.NaN) + 1;
      }
      expect(buckets).toHaveLength(10);
      // Ten standard deviations (30 each): a fair source practically never fails this.
      expect(Math.min(...buckets)).toBeGreaterThan(700);
      expect(Math.max(...buckets)).toBeLessThan(1300);
    });

    test("secrets have the asked length and differ", () => {
      const { clock } = make();
      expect(clock.secret(32)).toHaveLength(32);
      expect(clock.secret(32)).not.toEqual(clock.secret(32));
    });
  });
}
