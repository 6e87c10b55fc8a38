import { afterEach, expect, test } from "bun:test";
import { drill, type Drill, startDrillSite } from "./drilling.ts";
import { endAll } from "./running.ts";

const timeoutMs = 90_000;
const errorShareMax = 0.001;
const requestsMin = 2_000;

afterEach(endAll, timeoutMs);

const harmless: readonly Drill[] = [
  "an instance hangs",
  "an instance returns 500",
  "an instance is slow",
];
for (const what of harmless) {
  test(
    `${what}: fewer than one in a thousand visitors see an error`,
    async () => {
      const seen = await drill(await startDrillSite(), what);
      console.log(
        `${what}: ${seen.requests} requests, ${seen.failed} errors, slowest ${Math.round(seen.slowestMs)} ms`,
      );
      expect(seen.requests).toBeGreaterThan(requestsMin);
      expect(seen.failures.slice(0, seen.failed > seen.requests * errorShareMax ? 20 : 0)).toEqual(
        [],
      );
      expect(seen.facts.join("\n")).toContain("site-1 is out of rotation");
      expect(seen.page.status).toBe(200);
    },
    timeoutMs,
  );
}

test(
  "all instances refuse connections: visitors get a page that says why",
  async () => {
    const { page, facts } = await drill(await startDrillSite(), "all instances refuse connections");
    expect(page.type).toBe("text/html; charset=utf-8");
    expect([502, 503]).toContain(page.status);
    expect(page.reason).toMatch(/^(breaker\.open|gateway\.connect-failed)$/);
    expect(page.body).toContain(page.reason ?? "-");
    expect(facts.join("\n")).toContain("site is given a rest of 10 s");
  },
  timeoutMs,
);
