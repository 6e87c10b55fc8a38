import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { virtualClock } from "../clock/virtual.ts";
import { counter } from "../contract.ts";
import { countersConformance } from "./conformance.ts";
import { openCounters } from "./open.ts";
import { Senders } from "./senders.ts";
import { cover, retentionDefault, stepMs } from "./slots.ts";

countersConformance("memory", (clock) => ({
  open: (of) => openCounters({ path: ":memory:", clock, ...of }),
  reopen: async (counters) => (await counters.flush(), counters),
  remove: () => undefined,
}));

countersConformance("file", (clock) => {
  const folder = mkdtempSync(join(tmpdir(), "castor-counters-"));
  const open = (of?: { seriesMax?: number }) =>
    openCounters({ path: join(folder, "counters.db"), clock, ...of });
  return {
    open,
    reopen: async (counters) => (await counters.close(), open()),
    remove: () => rmSync(folder, { recursive: true }),
  };
});

const hits = counter("t.hits", "sum", ["page"], "hits");

test("memory is written every ten seconds without being asked, so a crash loses no more", async () => {
  const folder = mkdtempSync(join(tmpdir(), "castor-counters-"));
  const clock = virtualClock({ now: 1_000_000_005_000 });
  const path = join(folder, "counters.db");
  const counters = openCounters({ path, clock });
  counters.add(hits, { page: "/" }, 3);
  await clock.advance(10_000);
  counters.add(hits, { page: "/" }, 4);
  // The other one sees only what is on disk, as if this process had been killed here.
  const other = openCounters({ path, clock });
  expect(other.total(hits, { from: 0, to: clock.now() + 1 })[0]?.value).toBe(3);
  await other.close();
  await counters.close();
  rmSync(folder, { recursive: true });
});

test("a counter that meets its limit is told once", async () => {
  const told: string[] = [];
  const clock = virtualClock();
  const onOverflow = (name: string, limit: number): void => void told.push(`${name} ${limit}`);
  const counters = openCounters({ path: ":memory:", clock, seriesMax: 1, onOverflow });
  for (const page of ["/", "/a", "/b"]) counters.add(hits, { page });
  await clock.advance(30_000);
  counters.add(hits, { page: "/c" });
  await clock.advance(30_000);
  expect(told).toEqual(["t.hits 1"]);
  await counters.close();
});

test("a range is covered by few slots, without gap or overlap, fine at the edges where they are kept", () => {
  const now = Date.UTC(2026, 5, 10, 12);
  const range = { from: now - 5 * stepMs["1d"] + 12_345, to: now - 3_333 };
  const spans = cover(range, now, retentionDefault);
  for (const [at, span] of spans.entries()) {
    const next = spans[at + 1];
    if (next) expect(next.from).toBe(span.to);
    expect((span.to - span.from) % stepMs[span.step]).toBe(0);
    expect(span.from % stepMs[span.step]).toBe(0);
  }
  expect(spans.map(({ step }) => step)).toEqual(["1h", "1d", "1h", "1m", "10s"]);
  expect(spans[0]?.from).toBeLessThanOrEqual(range.from);
  expect(spans.at(-1)?.to).toBeGreaterThanOrEqual(range.to);
});

test("numbers of a sender that come in any order are each taken once", () => {
  const senders = new Senders([]);
  for (const seq of [2, 1, 4, 3, 7]) senders.note("w", seq);
  expect([1, 2, 3, 4, 5, 6, 7, 8].map((seq) => senders.has("w", seq))).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    true,
    false,
  ]);
  expect([...senders.unsaved()]).toEqual([["w", '{"upTo":4,"ahead":[7]}']]);
  const again = new Senders(senders.unsaved());
  for (let seq = 8; seq < 2_000; seq++) again.note("w", seq);
  expect(again.has("w", 5)).toBe(true);
  expect([...again.unsaved()]).toEqual([["w", '{"upTo":1999,"ahead":[]}']]);
});
