import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import type { LadderNow, Step } from "../src/absorb/surge/contract.ts";
import { allServe, endAll, type Running, startCastor, until } from "./running.ts";

const timeoutMs = 90_000;
afterEach(endAll, timeoutMs);

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
  freeze: { sites: { shop: { always: ["/page/1"] } } },
  "waiting-room": {
    rooms: {
      till: { routes: ["/cart"], activeMax: 1, newPerMinute: 1, open: "manual" },
    },
  },
};

/** Why an answer is not simply the origin's; undefined where it is. */
async function reasonOf(
  castor: Running,
  path: string,
  headers: Record<string, string> = {},
): Promise<string | undefined> {
  const answer = await fetch(castor.gateway + path, { headers });
  await answer.bytes();
  return answer.headers.get("castor-reason") ?? undefined;
}

async function force(castor: Running, step: Step): Promise<void> {
  await castor.api.act("surge.force", { service: "shop", step, for: "5m", reason: "a rehearsal" });
  await until(`the ladder stands at ${step}`, async () => {
    const { ladders } = (await castor.api.ask("surge.status")) as { ladders: LadderNow[] };
    return ladders[0]?.step === step;
  });
}
const becomes = (castor: Running, reason: string | undefined, path: string, headers = {}) =>
  until(`${path} says ${reason}`, async () => (await reasonOf(castor, path, headers)) === reason);

test(
  "each rung does its work at a real worker when the ladder is forced there, and nothing is left of it at normal",
  async () => {
    const castor = await startCastor({ config });
    await allServe(castor, 1);
    await until("it is served", async () => (await reasonOf(castor, "/page/1")) === undefined);
    await castor.api.act("freeze.crawl", { service: "shop" });
    await until("a snapshot was taken", async () => {
      const [failed] = await castor.log("freeze.snapshot-failed");
      if (failed !== undefined) throw new Error(JSON.stringify(failed));
      return (await castor.log("freeze.snapshot-taken")).length > 0;
    });

    await force(castor, "cache-harder");
    await reasonOf(castor, "/page/2");
    await Bun.sleep(1_100); // Until what is fresh for a second is not any more.
    await becomes(castor, "cache.kept-longer", "/page/2");
    await force(castor, "freeze");
    await becomes(castor, "freeze.page", "/page/1");

    await castor.api.act("surge.forbid", {
      ...{ service: "shop", step: "freeze", for: "5m", reason: "the copy is old" },
    });
    await force(castor, "shed");
    const prefetch = { "sec-purpose": "prefetch" };
    await becomes(castor, "gateway.shed", "/news", prefetch);
    await reasonOf(castor, "/cart"); // Somebody takes the only place.
    await becomes(castor, "room.waiting", "/cart");
    expect(await reasonOf(castor, "/news")).toBeUndefined();

    await force(castor, "normal");
    await becomes(castor, undefined, "/news", prefetch);
    await becomes(castor, undefined, "/cart");
    await becomes(castor, undefined, "/page/3");
    const moves = (await castor.log("surge.climbed", "surge.descended")).toReversed();
    expect(moves.map(({ data }) => (data as { to: Step }).to)).toEqual([
      ...["cache-harder", "serve-stale", "freeze", "waiting-room", "shed"],
      ...["waiting-room", "serve-stale", "cache-harder", "normal"],
    ] as Step[]);
  },
  timeoutMs,
);
