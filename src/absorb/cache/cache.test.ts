import { heard, capability, processesOf, started, type Effects } from "#kernel";
import { spec, testCastor } from "#kernel/testing";
import { expect, test } from "bun:test";
import * as z from "zod";
import { settings } from "../../platform/settings/index.ts";
import { Config, rulesOf } from "./config.ts";
import {
  badTarget,
  cacheCluster,
  cacheForgotten,
  CacheRequest,
  cacheSnapshot,
  endOutOfRange,
  noStaleMode,
  now,
  type Picture,
  purged,
  staleEnded,
  staleStarted,
} from "./contract.ts";
import { cache } from "./index.ts";
import { purge, PurgeInput, purges } from "./purge.ts";
import { endStale, modes, serveStale } from "./stale.ts";

const HOUR = 3_600_000;
const given = spec(purges, Config, 1_000);
const givenModes = spec(modes, Config, 1_000);
const mode = { id: "id-1", startedAt: 1_000, endsAt: 1_000 + HOUR, reason: "database upgrade" };
const wanted = { reason: "database upgrade", for: HOUR };

test("a purge is numbered after the one before it, and URLs are as workers know them", () => {
  const target = { url: "HTTP://Shop.Example:80/A%2fb?Q" };
  const first = purged({
    seq: 1,
    at: 1_000,
    target: { url: "http://shop.example/A%2fb?Q" },
    soft: false,
  });
  given().when(purge, PurgeInput.parse(target)).emits(first);
  given(first)
    .when(purge, PurgeInput.parse({ tag: "a", soft: true }))
    .emits(purged({ seq: 2, at: 1_000, target: { tag: "a" }, soft: true }));
});

test("a purge of nothing, of two things, or of half a URL is refused", () => {
  for (const bad of [{}, { url: "http://a/", tag: "x" }, { url: "/page" }, { prefix: "" }]) {
    given().when(purge, PurgeInput.parse(bad)).refuses(badTarget);
  }
});

test("stale is served for a while that has an end, and ends when asked or when its time is over", () => {
  givenModes().when(serveStale, wanted).emits(staleStarted(mode));
  givenModes()
    .when(serveStale, { ...wanted, for: 8 * 24 * HOUR })
    .refuses(endOutOfRange);
  givenModes()
    .when(serveStale, { ...wanted, for: 0 })
    .refuses(endOutOfRange);
  givenModes(staleStarted(mode))
    .when(endStale, {})
    .emits(staleEnded({ id: "id-1", why: "asked" }));
  givenModes(staleStarted({ ...mode, endsAt: 1_000 }))
    .when(endStale, { id: "id-1" })
    .emits(staleEnded({ id: "id-1", why: "time" }));
  givenModes().when(endStale, {}).changesNothing();
  givenModes().when(endStale, { id: "id-9" }).refuses(noStaleMode);
});

test("the same name again moves the end of a mode, which then ends once, at the later time", async () => {
  await using castor = await testCastor([settings, cache]);
  const asked = { id: "surge:shop", service: "shop", reason: "the shop is full", for: "10m" };
  await castor.run("cache.cache-harder", { ...asked, fresh: "30s" });
  await castor.advance(5 * 60_000);
  await castor.run("cache.cache-harder", { ...asked, fresh: "30s" });
  await castor.advance(8 * 60_000);
  expect((await castor.ask(now, {})).harder).toMatchObject([
    { id: "surge:shop", service: "shop", freshMs: 30_000 },
  ]);
  await castor.advance(3 * 60_000);
  expect((await castor.ask(now, {})).harder).toEqual([]);
  expect(castor.types().filter((type) => type === "cache.harder-ended")).toHaveLength(1);
  await castor.run("cache.cache-harder", asked);
  await castor.run("cache.end-harder", {});
  expect((await castor.ask(now, {})).harder).toEqual([]);
});

test("nothing is cached unless a rule says so; sizes and durations have units", () => {
  expect(rulesOf(Config.parse({}))).toEqual([]);
  const config = Config.parse({
    memory: "1.5MB",
    disk: "off",
    routes: [
      { path: "/cart", cache: "off" },
      { host: "Shop.example", heuristic: 0.1, unmarked: "10s", cookies: "share" },
    ],
  });
  expect(config.memory).toBe(1_572_864);
  expect(rulesOf(config)).toMatchObject([
    { id: "*/cart", isOn: false },
    { id: "shop.example/", isOn: true, unmarkedMs: 10_000, sharesCookies: true },
  ]);
  expect(Config.safeParse({ memory: "12" }).success).toBe(false);
});

/** Two workers that note what they are asked and take out three copies each. */
function workers(asked: CacheRequest[]) {
  return capability({
    id: "workers",
    about: "Stands in for the gateway's workers.",
    config: z.object({}),
    reactions: [
      started(async (fx: Effects) => {
        for (const worker of ["gateway-1", "gateway-2"]) {
          fx.bus.serve(cacheCluster, {
            request: async ({ body }) => {
              asked.push(CacheRequest.parse(body));
              return { worker, removed: 3 };
            },
          });
        }
        const processes = ["gateway-1", "gateway-2"].map((id) => ({
          id,
          kind: "worker" as const,
          command: ["true"],
        }));
        await fx.snapshots.put(processesOf("gateway"), { processes });
      }),
      heard(cacheForgotten, () => {}),
    ],
  });
}

test("a purge reaches every worker, says so, and stands in the picture for those that were away", async () => {
  const asked: CacheRequest[] = [];
  await using castor = await testCastor([settings, workers(asked), cache], {
    config: { cache: { routes: [{ path: "/" }] } },
  });
  await castor.advance(100);
  await castor.run("cache.purge", { prefix: "http://shop.example/blog/" });
  await castor.advance(100);
  expect(asked).toHaveLength(2);
  expect(asked[0]).toMatchObject({ ask: "purge", purge: { seq: 1, soft: false } });
  const [told] = (await castor.ask(now, {})).purges;
  expect(told).toMatchObject({ seq: 1, workers: 2, removed: 6 });
});

test("the stale mode is in the workers' picture while it lasts, and ends by itself", async () => {
  const pictures: Picture[] = [];
  const reader = capability({
    id: "reader",
    about: "Reads the picture as workers do.",
    config: z.object({}),
    reactions: [
      started((fx: Effects) => {
        fx.bus.subscribe("snapshot.cache", () => {
          const picture = fx.snapshots.get(cacheSnapshot)?.value;
          if (picture !== undefined) pictures.push(picture);
        });
      }),
    ],
  });
  await using castor = await testCastor([settings, cache, reader]);
  await castor.run("cache.serve-stale", { reason: "the origin rests", for: "30m" });
  await castor.advance(1_000);
  expect(pictures.at(-1)?.stale).toMatchObject([{ reason: "the origin rests" }]);
  await castor.advance(30 * 60_000);
  expect(pictures.at(-1)?.stale).toEqual([]);
  expect(castor.types()).toContain("cache.stale-ended");
});
