import { describe, expect, test } from "bun:test";
import { daysOf, daySpans, uptimeOf } from "./days.ts";

const hourMs = 3_600_000;
const noon = Date.UTC(2026, 2, 31, 10);

describe("the days of a component", () => {
  const spans = daySpans(noon, "Europe/Paris", 4);

  test("are those of the page's zone, also where clocks change", () => {
    expect(spans.map(({ day }) => day)).toEqual([
      ...["2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"],
    ]);
    expect(spans.map(({ from, to }) => (to - from) / hourMs)).toEqual([24, 23, 24, 12]);
  });
  test("carry what was posted, to the hour, and nothing before they were watched", () => {
    const [, second, third] = spans;
    const statuses = [
      { at: (second?.to ?? 0) - 2 * hourMs, status: "major_outage" as const },
      { at: (third?.from ?? 0) + hourMs, status: "partial_outage" as const },
      { at: (third?.from ?? 0) + 3 * hourMs, status: "operational" as const },
    ];
    const days = daysOf({ spans, since: (second?.from ?? 0) + hourMs, statuses, hours: new Map() });
    expect(days.map(({ worst }) => worst ?? "grey").join()).toBe(
      "grey,major_outage,major_outage,operational",
    );
    expect(days.map(({ majorMs, partialMs }) => [majorMs / hourMs, partialMs / hourMs])).toEqual([
      ...[
        [0, 0],
        [2, 0],
        [1, 2],
        [0, 0],
      ],
    ]);
    expect(uptimeOf(days, 36 * hourMs)).toBeCloseTo(1 - 3.6 / 36, 10);
  });
  test("know what the gateway counted, and nothing where nothing was asked", () => {
    const at = spans[3]?.from ?? 0;
    const hours = new Map([
      [at, { requests: 90, failed: 0 }],
      [at + hourMs, { requests: 10, failed: 25 }],
    ]);
    const days = daysOf({ spans, since: 0, statuses: [], hours });
    expect(days.map(({ failedShare }) => failedShare)).toEqual([null, null, null, 0.25]);
    expect(uptimeOf([], 0)).toBeNull();
  });
});
