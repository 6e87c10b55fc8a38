import {
  counter,
  event,
  order,
  problem,
  query,
  type SnapshotDef,
  snapshot,
  topic,
} from "#kernel/contract";
import * as z from "zod";

export { linkMarks } from "./contract/link-marks.ts";

/** Answers by what the cache did: `hit`, `stale`, `validated`, `coalesced`, `miss`, `bypass`. */
export const answers = counter("cache.answers", "sum", ["route", "how"], "answers");
/** Bytes of bodies, by where they came from: `cache` or `origin`. */
export const bytes = counter("cache.bytes", "sum", ["route", "from"], "bytes");
/** Answers that could not be kept or shared, by why. */
export const notStored = counter("cache.not-stored", "sum", ["route", "why"], "answers");
export const hows = ["hit", "stale", "validated", "coalesced", "miss", "bypass"] as const;
export type How = (typeof hows)[number];

/** What one part of a site is cached by. */
export const Rule = z.object({
  id: z.string(),
  hosts: z.array(z.string()),
  pathPrefix: z.string(),
  isOn: z.boolean(),
  heuristicShare: z.number(),
  heuristicMsMax: z.number(),
  unmarkedMs: z.number(),
  sharesCookies: z.boolean(),
  /** Query parameters that do not change a page. */
  dropQuery: z.array(z.string()).default([]),
  /** How long an unreachable or failing origin is covered for when the response does not say. */
  onErrorMs: z.number(),
});
export type Rule = z.infer<typeof Rule>;

/** Which stored responses a purge means: exactly one of the three. */
export const Target = z
  .object({
    url: z.string().optional().describe("One URL, for example http://shop.example/page."),
    prefix: z
      .string()
      .optional()
      .describe("Every URL that starts so, for example http://shop.example/blog/."),
    tag: z.string().optional().describe("Every response with this Surrogate-Key or Cache-Tag."),
  })
  .strict();
export type Target = z.infer<typeof Target>;

/** `seq` counts up: a worker that was away knows by it what it has missed. */
export const Purge = z.object({
  seq: z.number(),
  at: z.number(),
  target: Target,
  /** Soft: kept as stale, so that it can be validated, or stand in for a failing origin. */
  soft: z.boolean(),
});
export type Purge = z.infer<typeof Purge>;

/** The operator's word that stale is good enough for a while. */
export const StaleMode = z.object({
  id: z.string(),
  startedAt: z.number(),
  endsAt: z.number(),
  reason: z.string(),
  /** Only URLs that start so. */
  prefix: z.string().optional(),
  /** Only pages of this service. */
  service: z.string().optional(),
});
export type StaleMode = z.infer<typeof StaleMode>;

/** The operator's word that shared pages are kept for at least so long, and those that say nothing are shared. */
export const HarderMode = StaleMode.extend({ freshMs: z.number() });
export type HarderMode = z.infer<typeof HarderMode>;

/** All that a gateway worker's cache works from. */
export const Picture = z.object({
  rules: z.array(Rule),
  memoryBytesMax: z.number(),
  /** 0: nothing is kept over a restart. */
  diskBytesMax: z.number(),
  objectBytesMax: z.number(),
  purges: z.array(Purge),
  stale: z.array(StaleMode),
  harder: z.array(HarderMode).default([]),
});
export type Picture = z.infer<typeof Picture>;
export const cacheSnapshot: SnapshotDef<Picture> = snapshot("cache", Picture);

/** The bus cluster that workers with a cache serve; they are asked `CacheRequest`. */
export const cacheCluster = "cache.workers";
export const CacheRequest = z.discriminatedUnion("ask", [
  z.object({ ask: z.literal("figures") }),
  z.object({ ask: z.literal("purge"), purge: Purge }),
]);
export type CacheRequest = z.infer<typeof CacheRequest>;
export const WorkerFigures = z.object({
  worker: z.string(),
  entries: z.number(),
  bytes: z.number(),
  bytesMax: z.number(),
  diskEntries: z.number(),
  diskBytes: z.number(),
  diskBytesMax: z.number(),
});
export type WorkerFigures = z.infer<typeof WorkerFigures>;
export const WorkerPurged = z.object({ worker: z.string(), removed: z.number() });
export type WorkerPurged = z.infer<typeof WorkerPurged>;

/** A request changed what is behind this URL: every worker forgets its copy. */
export const cacheForgotten = topic(
  "cache.forgotten",
  z.object({ from: z.string(), url: z.string() }),
);

const targetText = ({ url, prefix, tag }: Target): string =>
  url ?? (prefix === undefined ? `tag ${tag ?? ""}` : `${prefix}*`);

export const purged = event("cache.purged", Purge, {
  isChange: true,
  says: ({ target, soft }) => `${targetText(target)} was purged${soft ? " (soft)" : ""}`,
});
/** The workers that heard of a purge at once; the others take it from the picture. */
export const purgeReached = event(
  "cache.purge-reached",
  z.object({ seq: z.number(), workers: z.array(WorkerPurged) }),
  {
    says: ({ workers }) => {
      const removed = workers.reduce((sum, each) => sum + each.removed, 0);
      return `${workers.length} ${workers.length === 1 ? "worker" : "workers"} purged ${removed} ${removed === 1 ? "copy" : "copies"}`;
    },
  },
);
export const staleStarted = event("cache.stale-started", StaleMode, {
  isChange: true,
  says: ({ reason, prefix, service }) =>
    `Stale pages${service === undefined ? "" : ` of ${service}`} are good enough${prefix === undefined ? "" : ` under ${prefix}`}: ${reason}`,
});
export const staleEnded = event(
  "cache.stale-ended",
  z.object({ id: z.string(), why: z.enum(["asked", "time"]) }),
  { says: ({ why }) => `Pages are fresh again${why === "time" ? ": its time is over" : ""}` },
);

export const harderStarted = event("cache.harder-started", HarderMode, {
  isChange: true,
  says: ({ reason, freshMs, service }) =>
    `Pages${service === undefined ? "" : ` of ${service}`} are kept for ${Math.round(freshMs / 1_000)} s at least: ${reason}`,
});
export const harderEnded = event(
  "cache.harder-ended",
  z.object({ id: z.string(), why: z.enum(["asked", "time"]) }),
  {
    says: ({ why }) =>
      `Pages are kept as long as they say again${why === "time" ? ": its time is over" : ""}`,
  },
);

type Mode = { reason: string; for: string; service?: string; id?: string };
/** For other capabilities: the same `id` again moves the end. */
export const serveStaleOrder = order<Mode>("cache.serve-stale");
export const endStaleOrder = order<{ id: string }>("cache.end-stale");
export const cacheHarderOrder = order<Mode & { fresh?: string }>("cache.cache-harder");
export const endHarderOrder = order<{ id: string }>("cache.end-harder");

export const badTarget = problem(
  "cache.bad-target",
  422,
  "A purge names one URL, one prefix or one tag",
);
export const endOutOfRange = problem(
  "cache.end-out-of-range",
  422,
  "A mode of the cache lasts at most a week",
);
export const noStaleMode = problem("cache.no-stale-mode", 404, "No such mode of the cache is on");

const HowRates = z.record(z.string(), z.number());
export const now = query(
  "cache.now",
  z.object({}),
  z.object({
    at: z.number(),
    /** Of what could have been answered from the cache, over the last ten to twenty seconds; null without requests. */
    hitRatio: z.number().nullable(),
    perSecond: HowRates,
    /** Why answers were not kept, per second. */
    notStored: HowRates,
    bytesPerSecond: z.object({ cache: z.number(), origin: z.number() }),
    routes: z.array(
      z.object({ route: z.string(), hitRatio: z.number().nullable(), perSecond: HowRates }),
    ),
    workers: z.array(WorkerFigures),
    rules: z.array(Rule),
    stale: z.array(StaleMode),
    harder: z.array(HarderMode),
    /** The last ones, newest first; `removed` once workers have said so. */
    purges: z.array(Purge.extend({ workers: z.number(), removed: z.number() })),
  }),
  { about: "What the cache answers by itself, what it holds, which modes are on." },
);
