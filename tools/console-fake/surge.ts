import type {
  CacheNow,
  FreezeStatus,
  GatewayRefusals,
  SurgeStatus,
} from "../../src/console/live/shapes.ts";

type Ladder = SurgeStatus["ladders"][number];

export const fakeRefusals: GatewayRefusals = {
  at: Date.now(),
  refusals: [
    { reason: "queue.full", route: "shop.example.org/", perSecond: 12.4, total: 2_310 },
    { reason: "gateway.scanner", route: "shop.example.org/", perSecond: 1.2, total: 804 },
    {
      reason: "gateway.rate-limited.search",
      route: "shop.example.org/search",
      perSecond: 0.4,
      total: 96,
    },
    { reason: "gateway.no-route", route: "-", perSecond: 0, total: 7 },
  ],
};

export const fakeCache: CacheNow = {
  at: Date.now(),
  hitRatio: 0.92,
  perSecond: { hit: 1_104, stale: 210, miss: 96, coalesced: 22 },
  notStored: { cookie: 4 },
  bytesPerSecond: { cache: 24_100_000, origin: 1_900_000 },
  routes: [],
  workers: [
    {
      ...{ worker: "gateway-1", entries: 1_204, bytes: 31_400_000, bytesMax: 268_435_456 },
      ...{ diskEntries: 3_900, diskBytes: 96_000_000, diskBytesMax: 1_073_741_824 },
    },
  ],
  rules: [
    {
      ...{ id: "*/", hosts: [], pathPrefix: "/", isOn: true, heuristicShare: 0 },
      ...{
        heuristicMsMax: 0,
        unmarkedMs: 0,
        sharesCookies: false,
        dropQuery: [],
        onErrorMs: 86_400_000,
      },
    },
  ],
  stale: [],
  harder: [],
  purges: [],
};

export const fakeFreeze: FreezeStatus = {
  sites: [
    {
      service: "shop",
      snapshot: {
        ...{ service: "shop", index: "a", takenAt: Date.now() - 1_260_000, pages: 40, files: 212 },
        ...{ bytes: 18_000_000, coverage: 0.98, missing: 1, tookMs: 14_000 },
      },
      ageMs: 1_260_000,
      forms: { waiting: 0, sent: 0, failed: 0, bytes: 0 },
    },
  ],
};

const quiet: Ladder = {
  service: "search",
  step: "normal",
  since: null,
  why: "nothing has happened yet",
  evidence: null,
  signals: [
    { signal: "errors", value: 0, up: 0.05, down: 0.01 },
    { signal: "latency", value: 1.1, up: 3, down: 1.5 },
    { signal: "breaker", value: 0, up: 1, down: 0 },
  ],
  mood: "calm",
  up: { to: "cache-harder", inMs: null },
  down: null,
  rungs: [
    { step: "cache-harder", state: "ready" },
    { step: "serve-stale", state: "ready" },
    { step: "freeze", state: "failed", why: "it is not kept for freezing" },
    { step: "waiting-room", state: "failed", why: "there is none" },
    { step: "shed", state: "ready" },
  ],
  forced: null,
  relapses: 0,
  moves: [],
};

/** A shop two steps up, and a search that is well. */
export const fakeSurge = (): SurgeStatus => {
  const at = Date.now();
  const shop: Ladder = {
    ...quiet,
    service: "shop",
    step: "serve-stale",
    since: at - 184_000,
    why: "shop climbs to serve stale: 7.2 % errors, 3.4 × its usual time",
    evidence: {
      ...{ seconds: 10, offeredPerSecond: 1_342, originPerSecond: 248, errorShare: 0.021 },
      ...{ originMs: 141, baselineMs: 42, queueMs: 190, queued: 17, inFlight: 92, limit: 96 },
      ...{ breakerOpen: false, capacityPerSecond: 260, demandPerSecond: 262, waiting: null },
    },
    signals: [
      { signal: "errors", value: 0.021, up: 0.05, down: 0.01 },
      { signal: "latency", value: 3.4, up: 3, down: 1.5 },
      { signal: "queue", value: 190, up: 250, down: 50 },
      { signal: "in-flight", value: 0.96, up: 1, down: 0.85 },
      { signal: "load", value: 1.01, up: 1.3, down: 1.05 },
      { signal: "breaker", value: 0, up: 1, down: 0 },
    ],
    mood: "pressed",
    up: { to: "freeze", inMs: 8_000 },
    down: { to: "cache-harder", inMs: null },
    rungs: [
      { step: "cache-harder", state: "in-force", until: at + 3_000_000 },
      { step: "serve-stale", state: "in-force", until: at + 3_400_000 },
      { step: "freeze", state: "ready" },
      { step: "waiting-room", state: "failed", why: "there is none" },
      { step: "shed", state: "by-hand" },
    ],
    moves: [
      {
        ...{ at: at - 184_000, from: "cache-harder", to: "serve-stale" },
        says: "shop climbs to serve stale: 7.2 % errors, 3.4 × its usual time",
      },
      {
        ...{ at: at - 221_000, from: "normal", to: "cache-harder" },
        says: "shop climbs to cache harder: 3.2 × its usual time",
      },
    ],
  };
  return { at, mode: "on", ladders: [shop, quiet] };
};
