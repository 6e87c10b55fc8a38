import { counter, event, problem, query } from "#kernel/contract";
import * as z from "zod";

/** The rungs, from no intervention to the last resort. Whoever stands on one has those below it in force too. */
export const steps = [
  "normal",
  "cache-harder",
  "serve-stale",
  "freeze",
  "waiting-room",
  "shed",
] as const;
export const Step = z.enum(steps);
export type Step = z.infer<typeof Step>;
/** The steps that do something. */
export const Rung = z.enum(
  steps.slice(1) as [Exclude<Step, "normal">, ...Exclude<Step, "normal">[]],
);
export type Rung = z.infer<typeof Rung>;

/** What a step does, as people call it. */
export const stepNames: Readonly<Record<Step, string>> = {
  normal: "normal",
  "cache-harder": "cache harder",
  "serve-stale": "serve stale",
  freeze: "freeze",
  "waiting-room": "waiting room",
  shed: "shed by criticality",
};

/** What was measured over the last seconds. Null: it could not be measured. */
export const Evidence = z.object({
  seconds: z.number(),
  /** Requests at the gateway per second, however they were answered. */
  offeredPerSecond: z.number(),
  /** Requests per second that the service answered. */
  originPerSecond: z.number(),
  /** Server errors and refusals for lack of a place, as a share of the requests; what the ladder itself refuses is no error. */
  errorShare: z.number(),
  /** How long requests are with the service, on average, and how long they are on quiet days. */
  originMs: z.number().nullable(),
  baselineMs: z.number().nullable(),
  queueMs: z.number().nullable(),
  queued: z.number().nullable(),
  inFlight: z.number(),
  limit: z.number().nullable(),
  breakerOpen: z.boolean(),
  /** The most that the service was seen to answer well, per second, and what is asked of it now. */
  capacityPerSecond: z.number().nullable(),
  demandPerSecond: z.number(),
  /** People in the waiting room. */
  waiting: z.number().nullable(),
});
export type Evidence = z.infer<typeof Evidence>;

export const signalNames = [
  "errors",
  "latency",
  "queue",
  "in-flight",
  "load",
  "breaker",
  "waiting",
] as const;
/** One measure against its two thresholds: at `up` or above it speaks for climbing, at `down` or below for descending. */
export const Signal = z.object({
  signal: z.enum(signalNames),
  value: z.number(),
  up: z.number().nullable(),
  down: z.number(),
});
export type Signal = z.infer<typeof Signal>;

const Skipped = z.object({ step: Rung, why: z.string() });
export type Skipped = z.infer<typeof Skipped>;

const ofService = { service: z.string(), at: z.number() };
const Move = z.object({
  ...ofService,
  from: Step,
  to: Step,
  why: z.enum(["pressure", "calm", "forced", "forbidden"]),
  /** Those that decided it. */
  signals: z.array(Signal),
  evidence: Evidence.nullable(),
  /** In a dry run nothing is done. */
  dryRun: z.boolean(),
});
export const Climb = Move.extend({
  /** Rungs on the way that could not be taken. */
  skipped: z.array(Skipped),
  /** How often it climbed again soon after it had descended: each time it waits twice as long before it descends. */
  relapses: z.number(),
});
export type Climb = z.infer<typeof Climb>;
/** `inForce`: what the step does has to be ended. */
export const Descent = Move.extend({ inForce: z.boolean() });
export type Descent = z.infer<typeof Descent>;

const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
const tenths = (value: number): string => String(Math.round(value * 10) / 10);
const words: Readonly<Record<Signal["signal"], (value: number) => string>> = {
  errors: (value) => `${percent(value)} errors`,
  latency: (value) => `${tenths(value)} × its usual time`,
  queue: (value) => `${Math.round(value)} ms in the queue`,
  "in-flight": (value) => `${percent(value)} of its places taken`,
  load: (value) => `${tenths(value)} × what it was seen to manage`,
  breaker: () => "its breaker is open",
  waiting: (value) => `${value} people waiting`,
};
/** A signal as a few words: `12 % errors`. */
export const signalWords = ({ signal, value }: Signal): string => words[signal](value);
const because = (why: Climb["why"], signals: readonly Signal[]): string =>
  why === "pressure" && signals.length > 0 ? signals.map(signalWords).join(", ") : why;

export const climbed = event("surge.climbed", Climb, {
  isChange: true,
  says: ({ service, to, why, signals, skipped, dryRun }) =>
    `${service} ${dryRun ? "would climb" : "climbs"} to ${stepNames[to]}: ${because(why, signals)}${skipped.map((each) => `; not ${stepNames[each.step]}: ${each.why}`).join("")}`,
});
export const descended = event("surge.descended", Descent, {
  isChange: true,
  says: ({ service, from, to, why, dryRun }) =>
    `${service} ${dryRun ? "would descend" : "descends"} from ${stepNames[from]} to ${stepNames[to]}: ${why}`,
});
/** A rung that was decided could not be taken; the ladder goes on to the next one if it must. */
export const rungFailed = event(
  "surge.rung-failed",
  z.object({ ...ofService, step: Rung, why: z.string() }),
  { says: ({ service, step, why }) => `${service}: no ${stepNames[step]}: ${why}` },
);
/** A rung ends by itself if control does not say again and again that it is still needed. */
export const rungHeld = event("surge.rung-held", z.object({ ...ofService, step: Rung }), {
  says: ({ service, step }) => `${service} still needs ${stepNames[step]}`,
});

export const forced = event(
  "surge.forced",
  z.object({ ...ofService, step: Step, endsAt: z.number(), reason: z.string() }),
  {
    isChange: true,
    says: ({ service, step, endsAt, at, reason }) =>
      `The ladder of ${service} is forced to ${stepNames[step]} for ${Math.round((endsAt - at) / 60_000)} min: ${reason}`,
  },
);
export const released = event(
  "surge.released",
  z.object({ ...ofService, why: z.enum(["asked", "time"]) }),
  {
    says: ({ service, why }) =>
      `The ladder of ${service} decides by itself again${why === "time" ? ": the forced time is over" : ""}`,
  },
);
export const forbidden = event(
  "surge.forbidden",
  z.object({
    ...ofService,
    step: Rung,
    endsAt: z.number(),
    reason: z.string(),
    /** It was on and is ended. */
    inForce: z.boolean(),
  }),
  { says: ({ service, step, reason }) => `${service}: ${stepNames[step]} is forbidden: ${reason}` },
);
export const allowed = event(
  "surge.allowed",
  z.object({ ...ofService, step: Rung, why: z.enum(["asked", "time"]) }),
  { says: ({ service, step }) => `${service}: ${stepNames[step]} is allowed again` },
);

export const endOutOfRange = problem(
  "surge.end-out-of-range",
  422,
  "The ladder is held for a day at most",
);
export const stepForbidden = problem("surge.step-forbidden", 409, "This step is forbidden now");

/** How long each service stood on each step. */
export const secondsAt = counter("surge.seconds", "sum", ["service", "step"], "seconds");

const RungNow = z.object({
  step: Rung,
  /** `by-hand`: only when somebody forces the ladder there. */
  state: z.enum(["in-force", "ready", "failed", "forbidden", "by-hand", "off"]),
  /** Why it is not ready, or failed. */
  why: z.string().optional(),
  until: z.number().optional(),
});
export type RungNow = z.infer<typeof RungNow>;
/** Where the ladder would go next, and how long things must stay as they are for that; null while they are not so. */
const NextMove = z.object({ to: Step, inMs: z.number().nullable() });
const LadderNow = z.object({
  service: z.string(),
  step: Step,
  /** Null: since ever. */
  since: z.number().nullable(),
  /** What led here, in words. */
  why: z.string(),
  evidence: Evidence.nullable(),
  signals: z.array(Signal),
  mood: z.enum(["pressed", "between", "calm"]),
  up: NextMove.nullable(),
  down: NextMove.nullable(),
  rungs: z.array(RungNow),
  forced: z.object({ step: Step, endsAt: z.number(), reason: z.string() }).nullable(),
  relapses: z.number(),
  /** The last moves, newest first. */
  moves: z.array(z.object({ at: z.number(), from: Step, to: Step, says: z.string() })),
});
export type LadderNow = z.infer<typeof LadderNow>;

export const status = query(
  "surge.status",
  z.object({ service: z.string().optional().describe("Only this service.") }),
  z.object({
    at: z.number(),
    mode: z.enum(["on", "dry-run", "off"]),
    ladders: z.array(LadderNow),
  }),
  { about: "Where each service stands on its surge ladder, why, since when, and what is next." },
);
