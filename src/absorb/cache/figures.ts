import type { Labels, Read } from "#kernel";
import type * as z from "zod";
import { type Config, rulesOf } from "./config.ts";
import {
  answers,
  bytes,
  cacheCluster,
  type How,
  notStored,
  type now,
  WorkerFigures,
} from "./contract.ts";
import { present } from "./present.ts";

type Now = z.infer<(typeof now)["output"]>;
const stepMs = 10_000;
const figuresWithinMs = 250;
const purgesShownMax = 20;
/** What the origin had no work with. */
const spared: readonly How[] = ["hit", "stale", "coalesced"];

/** The current ten-second slot and the one before it. */
function recent(at: number): { range: { from: number; to: number }; seconds: number } {
  const from = Math.floor(at / stepMs) * stepMs - stepMs;
  return { range: { from, to: at + 1 }, seconds: Math.max(1, (at - from) / 1_000) };
}

function hitRatio(perSecond: Readonly<Record<string, number>>): number | null {
  const all = Object.values(perSecond).reduce((sum, each) => sum + each, 0);
  return all === 0 ? null : spared.reduce((sum, how) => sum + (perSecond[how] ?? 0), 0) / all;
}

async function workersNow(read: Read): Promise<WorkerFigures[]> {
  const found: WorkerFigures[] = [];
  const asked = { ask: "figures" };
  for await (const { body } of read.bus.gather(cacheCluster, asked, {
    timeoutMs: figuresWithinMs,
  })) {
    const figures = WorkerFigures.safeParse(body);
    if (figures.success) found.push(figures.data);
  }
  return found.toSorted((a, b) => a.worker.localeCompare(b.worker));
}

/** What the cache does now. */
export async function cacheNow(read: Read<Config>): Promise<Now> {
  const { counters, now: at } = read;
  const { range, seconds } = recent(at);
  const rates = counters
    .total(answers, range, { by: ["route", "how"] })
    .map(({ labels, value }) => ({ ...(labels as Labels), rate: value / seconds }));
  const perSecond: Record<string, number> = {};
  const routes = new Map<string, Record<string, number>>();
  for (const { route = "", how = "", rate } of rates as {
    route?: string;
    how?: string;
    rate: number;
  }[]) {
    perSecond[how] = (perSecond[how] ?? 0) + rate;
    routes.set(route, { ...routes.get(route), [how]: rate });
  }
  const from = (source: string): number =>
    counters
      .total(bytes, range, { where: { from: source } })
      .reduce((sum, each) => sum + each.value / seconds, 0);
  const whys = counters
    .total(notStored, range, { by: ["why"] })
    .map(({ labels, value }) => [labels["why"] ?? "", value / seconds] as const);
  const known = read.view(present);
  return {
    at,
    hitRatio: hitRatio(perSecond),
    perSecond,
    notStored: Object.fromEntries(whys),
    bytesPerSecond: { cache: from("cache"), origin: from("origin") },
    routes: [...routes].map(([route, each]) => ({
      route,
      hitRatio: hitRatio(each),
      perSecond: each,
    })),
    workers: await workersNow(read),
    rules: rulesOf(read.config),
    stale: Object.values(known.stale),
    harder: Object.values(known.harder),
    purges: known.purges.slice(-purgesShownMax).toReversed(),
  };
}
