import { expect, test } from "bun:test";
import { cut, ink, table, widthOf } from "./ink.ts";
import { liveRegion } from "./live-region.ts";
import { msText, rateText } from "./figures.ts";
import type { Now } from "./now.ts";
import { panelLines } from "./panel.ts";
import { paperTerminal } from "./testing.ts";

const latencyMs = { p50: 3.2, p99: 41 };
const instance = (id: string, more = {}) => ({
  id,
  healthy: true,
  ejected: false,
  inFlight: 0,
  requestsPerSecond: 4,
  errorsPerSecond: 0,
  ...more,
});
const now: Now = {
  at: 0,
  listeners: ["127.0.0.1:8080"],
  visitorsPerSecond: 2.5,
  requestsPerSecond: 12,
  statusClasses: { "5xx": 0.5, "2xx": 11.5, "3xx": 0 },
  latencyMs,
  services: [
    {
      service: "shop",
      latencyMs,
      requestsPerSecond: 12,
      errorsPerSecond: 0.5,
      instances: [
        instance("shop-1"),
        instance("shop-2", { healthy: false }),
        instance("shop-3", { ejected: true }),
      ],
    },
  ],
  refusals: [],
  workers: [],
};
const ends = "stops everything here";
const fact = (position: number) => ({
  position,
  at: 0,
  type: "catalog.instance-started",
  says: `Fact ${position}`,
  by: { kind: "person", id: "p1", name: "Ana" },
  cause: 1,
  stream: "s",
  data: {},
});

test("the panel tells traffic, instances and the last facts, oldest first", () => {
  const text = panelLines({ now, facts: [fact(7), fact(8)], ends }, paperTerminal()).join("\n");
  expect(text).toContain(
    "2.5 visitors/s   12 requests/s   2xx 12/s   5xx 0.5/s   p50 3.2 ms   p99 41 ms",
  );
  expect(text).toMatch(/shop-1\s+4\.0\/s\s+● up/);
  expect(text).toMatch(/shop-2\s+4\.0\/s\s+○ down/);
  expect(text).toMatch(/shop-3\s+4\.0\/s\s+◐ out/);
  expect(text.indexOf("Fact 7")).toBeLessThan(text.indexOf("Fact 8"));
  expect(text).toContain("(Ana, because of #1)");
});
test("the panel fits a small terminal", () => {
  const facts = Array.from({ length: 50 }, (_, at) => fact(at));
  const lines = panelLines(
    { now, facts, ends },
    paperTerminal({ columns: 40, rows: 12, colour: true }),
  );
  expect(lines.length).toBeLessThan(12);
  for (const line of lines) expect(widthOf(line)).toBeLessThan(40);
});
test("figures have as many digits as matter", () => {
  expect([0, 0.25, 9.94, 12.4].map(rateText)).toEqual(["0", "0.3", "9.9", "12"]);
  expect([null, 0.2, 41.4, 12_000].map(msText)).toEqual(["–", "0.2 ms", "41 ms", "12.0 s"]);
});

test("a printed line stays above the live region, which is drawn again", () => {
  const terminal = paperTerminal();
  const region = liveRegion(terminal);
  region.draw(["one", "two"]);
  region.print("news");
  expect(terminal.printed).toBe("one\ntwo\n\x1b[2A\r\x1b[Jnews\none\ntwo\n");
});
test("text is cut by columns, and its colour ends there", () => {
  const { red } = ink({ colour: true });
  expect(cut("short", 10)).toBe("short");
  expect(cut("a long line", 6)).toBe("a lon…");
  expect(widthOf(cut(red("a long line"), 6))).toBe(6);
  expect(cut(red("a long line"), 6)).toEndWith("\x1b[0m");
  expect(cut("日本語です", 5)).toBe("日本…");
});
test("columns align, and coloured cells count as wide as they look", () => {
  const { green } = ink({ colour: true });
  const text = table(
    [
      ["a", "1"],
      [green("bbb"), "22"],
    ],
    { right: [1] },
  );
  expect(text.split("\n").map(widthOf)).toEqual([7, 7]);
});
test("names and words of strangers cannot steer the terminal", () => {
  const evil = "\x1b[2Jno\n00:00:00  #9  \u009b2J\u202e";
  const [service] = now.services;
  const lines = panelLines(
    {
      now: { ...now, services: service ? [{ ...service, service: evil }] : [] },
      facts: [{ ...fact(7), says: evil, by: { kind: "person", id: "p", name: evil } }],
      note: evil,
      ends,
    },
    paperTerminal({ columns: 400 }),
  );
  expect(lines.filter((line) => line.includes("\\u001b[2Jno\\u000a00:00:00"))).toHaveLength(3);
  // eslint-disable-next-line no-control-regex -- Nothing of it may be left.
  expect(lines.join("")).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
});
