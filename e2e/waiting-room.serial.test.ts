import { afterEach, expect, test } from "bun:test";
import { type Person, Guestbook, visit } from "./crowd-at-the-door.ts";
import { allServe, endAll, later, startCastor, until } from "./running.ts";

const people = 2_000;
const arriveWithinMs = 6_000;
const windowMs = 2_000;
const newPerWindow = 400;
const activeMax = 500;
/** What the bar allows. */
const tolerance = 1.01;
const timeoutMs = 150_000;

afterEach(endAll, timeoutMs);

type Audit = { rooms: { admitted: number; inversions: number }[] };

/** When the middle one of each group got in, in the order in which the groups came. */
function mediansOf(crowd: readonly Person[]): number[] {
  const groups = Map.groupBy(
    crowd.filter(({ since }) => since !== undefined),
    ({ since }) => since ?? 0,
  );
  return [...groups]
    .toSorted(([a], [b]) => a - b)
    .filter(([, group]) => group.length > 20)
    .map(([, group]) => {
      const times = group.map(({ enteredAt = 0 }) => enteredAt).toSorted((a, b) => a - b);
      return times[Math.floor(times.length / 2)] ?? 0;
    });
}

const countOf = (all: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(all, (each) => each)].map(([each, { length }]) => [each, length]),
  );

test(
  "2,000 people over real sockets through two workers, control killed in the middle: both numbers hold, and the line is fair",
  async () => {
    const origin = new Guestbook();
    later(() => origin.stop());
    const castor = await startCastor({
      config: {
        catalog: { services: { site: { url: origin.url, health: { path: "/health" } } } },
        gateway: { workers: 2, routes: [{ service: "site" }] },
        "waiting-room": {
          rooms: {
            sale: {
              ...{ routes: ["/"], activeMax, newPerMinute: (newPerWindow * 60_000) / windowMs },
              ...{ window: `${windowMs}ms`, session: "4s", poll: "2s", patience: "10s" },
            },
          },
        },
      },
    });
    await allServe(castor, 2);
    const audits: Audit[] = [];
    const account = async (): Promise<void> => {
      audits.push((await castor.api.ask("waiting-room.audit")) as Audit);
    };

    const crowd = Array.from({ length: people }, async (_, i) => {
      await Bun.sleep((arriveWithinMs * i) / people);
      return visit(castor.gateway, {
        ...{ name: `person ${i}`, leavesWithAWord: i % 3 > 0 },
        ...{ triesTricks: i % 50 === 49, triesLater: i % 50 === 49 && i < people / 2 },
      });
    });
    await until("many are through", () => origin.stays.size > people / 2);
    await account();
    const pid = castor.pidOf("control");
    process.kill(pid, "SIGKILL");
    await until("control is back", () => castor.pidOf("control") !== pid);
    const all = await Promise.all(crowd);
    await account();

    const [activeMost, newMost] = [origin.activeMost(), origin.newMost(windowMs)];
    const waited = all.filter(({ since }) => since !== undefined);
    console.log(
      `${people} people, ${waited.length} of them waited; at most ${activeMost} of ${activeMax} at once and ${newMost} of ${newPerWindow} within ${windowMs} ms`,
    );
    expect(all.every(({ enteredAt }) => enteredAt !== undefined)).toBe(true);
    expect(waited.length).toBeGreaterThan(people / 4);
    expect(activeMost).toBeLessThanOrEqual(activeMax * tolerance);
    expect(newMost).toBeLessThanOrEqual(newPerWindow * tolerance);
    const accounts = audits.flatMap(({ rooms }) => rooms);
    expect(accounts.map(({ inversions }) => inversions)).toEqual(accounts.map(() => 0));
    expect(accounts.reduce((sum, { admitted }) => sum + admitted, 0)).toBeGreaterThan(0);
    const medians = mediansOf(all);
    expect(medians.length).toBeGreaterThan(1);
    expect(medians).toEqual(medians.toSorted((a, b) => a - b));
    const tricks = all.flatMap((each) => each.tricks);
    console.log(`passes that were used or made up: ${JSON.stringify(countOf(tricks))}`);
    expect(tricks.length).toBeGreaterThan(30);
    expect(tricks).not.toContain("a place");
    expect(origin.passesSeen).toBe(0);
  },
  timeoutMs,
);
