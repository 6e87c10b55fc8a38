import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { type Layer, type Override, timeline, type Version } from "./schedule.ts";
import { weekdays } from "./hours.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const epoch = Date.UTC(2026, 2, 20);
const bounds = { from: epoch, to: epoch + 20 * dayMs };
/** Over the spring change of clocks in Europe, in zones that change and in one that does not. */
const zones = ["Europe/Paris", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tokyo"] as const;

const names = ["ann", "ben", "cem", "dee"] as const;
const instant = fc.integer({ min: -48, max: 22 * 24 }).map((hour) => epoch + hour * hourMs);
const minute = fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15);
const layer: fc.Arbitrary<Layer> = fc.record({
  name: fc.constant("layer"),
  zone: fc.constantFrom(...zones),
  start: fc.record({
    ...{ year: fc.constant(2026), month: fc.constantFrom(1, 3) },
    ...{ day: fc.integer({ min: 1, max: 31 }), hour: fc.integer({ min: 0, max: 23 }) },
    minute: fc.constantFrom(0, 30),
  }),
  turn: fc.record({
    count: fc.integer({ min: 1, max: 3 }),
    unit: fc.constantFrom("hours", "days", "weeks", "months"),
  }),
  members: fc.array(fc.constantFrom(...names), { maxLength: 3 }),
  hours: fc.array(
    fc.record({
      days: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }),
      ...{ from: minute, to: minute },
    }),
    { maxLength: 2 },
  ),
});
const versions: fc.Arbitrary<Version[]> = fc
  .array(fc.record({ validFrom: instant, layers: fc.array(layer, { maxLength: 3 }) }), {
    maxLength: 3,
  })
  .map((all) => all.toSorted((a, b) => a.validFrom - b.validFrom));
const override: fc.Arbitrary<Override> = fc
  .record({
    ...{ id: fc.constant("o"), member: fc.constantFrom(...names), from: instant },
    ...{ hours: fc.integer({ min: 1, max: 100 }) },
    instead: fc.option(fc.constantFrom(...names), { nil: undefined }),
  })
  .map(({ hours, ...each }) => ({ ...each, to: each.from + hours * hourMs }));
const overrides = fc.array(override, { maxLength: 4 });

test("whatever was decided, each moment is one person's or a gap, in order and nothing twice", () => {
  fc.assert(
    fc.property(versions, overrides, (versions, overrides) => {
      const { shifts, gaps } = timeline(versions, overrides, bounds);
      const all = [...shifts, ...gaps].toSorted((a, b) => a.from - b.from);
      let at = bounds.from;
      for (const { from, to } of all) {
        expect(from).toBe(at);
        expect(to).toBeGreaterThan(from);
        at = to;
      }
      expect(at).toBe(bounds.to);
    }),
    { numRuns: 120 },
  );
});

test("however one looks at it, in one stretch or in two, the answer is the same", () => {
  fc.assert(
    fc.property(
      versions,
      overrides,
      fc.integer({ min: 1, max: 479 }),
      (versions, overrides, hour) => {
        const cut = bounds.from + hour * hourMs;
        const whole = timeline(versions, overrides, bounds);
        const whoAt = (at: number, of: typeof whole) =>
          of.shifts.find((each) => each.from <= at && each.to > at)?.member;
        for (const part of [
          { from: bounds.from, to: cut },
          { from: cut, to: bounds.to },
        ]) {
          const seen = timeline(versions, overrides, part);
          for (const { from } of [...seen.shifts, ...seen.gaps])
            expect(whoAt(from, seen)).toBe(whoAt(from, whole));
        }
      },
    ),
    { numRuns: 80 },
  );
});

test("what is decided now changes nothing of what was", () => {
  const later = fc.record({ layer, late: override, now: instant });
  fc.assert(
    fc.property(versions, overrides, later, (versions, overrides, { layer, late, now }) => {
      const past = { from: bounds.from - 3 * dayMs, to: now };
      const known = versions.filter(({ validFrom }) => validFrom <= now);
      const before = timeline(known, overrides, past);
      // A stand-in begins at the earliest now; the verbs see to that.
      const from = Math.max(late.from, now);
      const begun = { ...late, from, to: Math.max(late.to, from + hourMs) };
      const changed = [...known, { validFrom: now, layers: [layer] }];
      expect(timeline(changed, [...overrides, begun], past)).toEqual(before);
    }),
    { numRuns: 120 },
  );
});
