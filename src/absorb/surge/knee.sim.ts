import { type Climb, type Evidence, type Rung, type Step, steps } from "./contract.ts";
import { type Move, nextMove, type Now, type Pace, unwatched, watched } from "./control.ts";
import { type Ladder, ladder, type LadderEvent } from "./ladder.ts";
import { pressureOf, type Thresholds } from "./pressure.ts";

/** Seeded chance (mulberry32): the same seed gives the same day. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What reaches the origin of what is offered, with the rungs up to this step in force. */
const reaching: Readonly<Record<Step, number>> = {
  normal: 1,
  "cache-harder": 0.6,
  "serve-stale": 0.35,
  freeze: 0.1,
  "waiting-room": 0.1,
  shed: 0.05,
};

export type Day = {
  seed: number;
  seconds: number;
  /** What visitors ask per second at each second. */
  offered: (second: number) => number;
  /** What the origin answers per second at most; beyond it, requests queue, and a long queue is errors. */
  capacity: number;
  bars?: (rung: Rung) => string | undefined;
  /** The operator's word, as facts at their second. */
  facts?: readonly { second: number; event: LadderEvent }[];
  pace: Pace;
  thresholds: Thresholds;
};
export type Lived = { moves: (Move & { at: number; from: Step })[]; ladder: Ladder; worst: Step };

const usualMs = 80;
const queueSecondsMax = 2;

/** Lives a day second by second: an origin with a knee, a crowd, and the ladder between them. */
export function live(day: Day): Lived {
  const random = chance(day.seed);
  let known = ladder.initial;
  let watch = unwatched;
  let queue = 0;
  const window: Evidence[] = [];
  const moves: Lived["moves"] = [];
  let worst: Step = "normal";
  for (let second = 1; second <= day.seconds; second++) {
    const at = second * 1_000;
    for (const each of day.facts ?? [])
      if (each.second === second) known = ladder.evolve(known, each.event);
    const offered = day.offered(second) * (0.9 + 0.2 * random());
    const asked = offered * reaching[known.step];
    const answered = Math.min(queue + asked, day.capacity * (0.95 + 0.1 * random()));
    const lost = Math.max(0, queue + asked - answered - day.capacity * queueSecondsMax);
    queue = Math.max(0, queue + asked - answered - lost);
    window.push(evidenceOf({ offered, asked, answered, lost, queue, capacity: day.capacity }));
    if (window.length > 10) window.shift();
    const evidence = meanOf(window);
    const pressure = pressureOf(evidence, day.thresholds);
    watch = watched(watch, at, pressure);
    const now: Now = {
      at,
      evidence,
      pressure,
      bars: day.bars ?? (() => undefined),
      isOff: () => false,
    };
    const move = nextMove(known, watch, now, day.pace);
    if (move === undefined) continue;
    moves.push({ ...move, at, from: known.step });
    known = ladder.evolve(known, factOf(move, known.step, { at, evidence }));
    if (steps.indexOf(known.step) > steps.indexOf(worst)) worst = known.step;
  }
  return { moves, ladder: known, worst };
}

function factOf(move: Move, from: Step, of: { at: number; evidence: Evidence }): LadderEvent {
  const common = { service: "shop", ...of, from, to: move.to, why: move.why, signals: [] };
  if (move.kind === "descend")
    return { type: "surge.descended", data: { ...common, dryRun: false, inForce: true } };
  const { skipped, relapses } = move;
  const data: Climb = { ...common, dryRun: false, skipped, relapses };
  return { type: "surge.climbed", data };
}

type Second = Record<"offered" | "asked" | "answered" | "lost" | "queue" | "capacity", number>;
const evidenceOf = ({ offered, asked, answered, lost, queue, capacity }: Second): Evidence => ({
  seconds: 10,
  offeredPerSecond: offered,
  originPerSecond: answered,
  errorShare: offered > 0 ? lost / offered : 0,
  originMs: usualMs * (1 + (answered / capacity) ** 4) + (queue / capacity) * 1_000,
  baselineMs: usualMs,
  queueMs: null,
  queued: null,
  inFlight: 0,
  limit: null,
  breakerOpen: false,
  capacityPerSecond: null,
  demandPerSecond: asked,
  waiting: null,
});

const averaged = ["offeredPerSecond", "originPerSecond", "errorShare", "originMs"] as const;
function meanOf(window: readonly Evidence[]): Evidence {
  const last = window.at(-1) as Evidence;
  const mean = (name: (typeof averaged)[number]): number =>
    window.reduce((sum, each) => sum + (each[name] ?? 0), 0) / window.length;
  return { ...last, ...Object.fromEntries(averaged.map((name) => [name, mean(name)])) };
}
