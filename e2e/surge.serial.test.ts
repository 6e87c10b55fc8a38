import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import type { Climb, Descent, LadderNow } from "../src/absorb/surge/contract.ts";
import { crowdOptions } from "../src/cli/crowd/options.ts";
import { runCrowd } from "../src/cli/crowd/run-crowd.ts";
import { allServe, endAll, type Running, startCastor, until } from "./running.ts";

const timeoutMs = 90_000;
afterEach(endAll, timeoutMs);

/** The ladder at the pace of a test: seconds instead of minutes. */
const hurried = {
  window: "3s",
  stay: "3s",
  calm: "4s",
  steps: {
    "cache-harder": { after: "2s" },
    "serve-stale": { after: "2s" },
    freeze: { after: "2s" },
    "waiting-room": { after: "2s" },
    shed: { after: "2s", use: "by-hand" },
  },
};
const config = {
  catalog: {
    services: {
      shop: {
        run: [process.execPath, join(import.meta.dir, "knee.ts")],
        health: { path: "/health", every: "1s" },
      },
    },
  },
  gateway: { workers: 1, routes: [{ service: "shop" }] },
  cache: { routes: [{ path: "/page" }] },
  surge: hurried,
};

type Move = { at: number; type: string; data: Climb & Descent };
const moves = async (castor: Running): Promise<Move[]> =>
  (await castor.log("surge.climbed", "surge.descended")).toReversed() as unknown as Move[];
const ladder = async (castor: Running): Promise<LadderNow> => {
  const { ladders } = (await castor.api.ask("surge.status")) as { ladders: LadderNow[] };
  const [found] = ladders;
  if (found === undefined) throw new Error("There is no ladder.");
  return found;
};

test(
  "a crowd lifts the ladder of a small origin, step by step and with its evidence; killed control goes on where it stood; and it comes down by itself",
  async () => {
    const castor = await startCastor({ config });
    await allServe(castor, 1);
    const paths = Array.from({ length: 40 }, (_, i) => `/page/${i}`);
    const come = (rate: number, seconds: number) =>
      runCrowd(crowdOptions({ target: castor.gateway, rate, seconds, paths, timeoutMs: 5_000 }));
    await come(10, 5);
    expect(await moves(castor)).toEqual([]);

    // Forty pages that are fresh for a second: forty requests a second for an origin that manages fifty on its best day.
    const surge = new AbortController();
    const crowd = runCrowd(
      crowdOptions({
        ...{ target: castor.gateway, rate: 150, seconds: 60, timeoutMs: 5_000 },
        paths: [...paths, ...paths.map((each) => `/cart${each}`)],
      }),
      { signal: surge.signal },
    );
    await until("it climbed", async () => (await ladder(castor)).step !== "normal", 30_000);
    await until("it took two steps", async () => (await moves(castor)).length >= 2, 30_000);
    const climbedAt = (await moves(castor)).length;
    const pid = castor.pidOf("control");
    process.kill(pid, "SIGKILL");
    await until("control is back", async () => {
      const starts = await castor.log("castor.started");
      return starts.length === 2 && castor.pidOf("control") !== pid;
    });
    expect((await ladder(castor)).step).not.toBe("normal");
    expect((await moves(castor)).length).toBeGreaterThanOrEqual(climbedAt);
    surge.abort();
    const report = await crowd;
    await until("it is back", async () => (await ladder(castor)).step === "normal", 60_000);

    const made = await moves(castor);
    const climbs = made.filter(({ type }) => type === "surge.climbed");
    expect(climbs.slice(0, 2).map(({ data }) => data.to)).toEqual(["cache-harder", "serve-stale"]);
    for (const { data } of climbs) {
      expect(data.signals.length).toBeGreaterThan(0);
      for (const { value, up } of data.signals) expect(value).toBeGreaterThanOrEqual(up ?? 0);
      expect(data.evidence?.offeredPerSecond).toBeGreaterThan(10);
    }
    expect(made.at(-1)?.data).toMatchObject({ to: "normal", why: "calm" });
    const effects = (await castor.log("cache.*")).toReversed().map(({ type }) => type);
    expect(effects).toEqual([
      ...["cache.harder-started", "cache.stale-started"],
      ...["cache.stale-ended", "cache.harder-ended"],
    ]);
    console.log(
      `${report.requests} requests, ${report.errors} errors; ${made.map(({ data }) => data.to).join(" → ")}`,
    );
  },
  timeoutMs,
);
