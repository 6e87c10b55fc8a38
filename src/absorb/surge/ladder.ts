import type { EventOf, Model } from "#kernel";
import {
  allowed,
  climbed,
  descended,
  type Evidence,
  forbidden,
  forced,
  released,
  type Rung,
  rungFailed,
  rungHeld,
  type Step,
  steps,
} from "./contract.ts";

/** What the facts of one service add up to. */
export type Ladder = {
  step: Step;
  /** When it came to this step. */
  since: number;
  /** The rungs it stands on, lowest first: those on the way that were taken. */
  taken: readonly Rung[];
  /** Rungs whose effect is on, and when that was last said; none in a dry run. */
  inForce: Partial<Record<Rung, number>>;
  forced: { step: Step; endsAt: number; reason: string } | undefined;
  forbidden: Partial<Record<Rung, { endsAt: number; reason: string }>>;
  /** Rungs that could not be taken, when, and why. */
  failed: Partial<Record<Rung, { at: number; why: string }>>;
  relapses: number;
  /** When it last descended; 0: never. */
  descendedAt: number;
  /** What was offered when it climbed to each step, per second. */
  offeredAt: Partial<Record<Step, number>>;
  evidence: Evidence | null;
};

/** All facts of a ladder. */
export const ladderFacts = [
  climbed,
  descended,
  rungFailed,
  rungHeld,
  forced,
  released,
  forbidden,
  allowed,
] as const;
export type LadderEvent = EventOf<(typeof ladderFacts)[number]>;

const without = <V>(of: Partial<Record<Rung, V>>, step: Step): Partial<Record<Rung, V>> =>
  Object.fromEntries(Object.entries(of).filter(([each]) => each !== step));

const less = (taken: readonly Rung[], step: Step): Rung[] => taken.filter((each) => each !== step);

export const isRung = (step: Step): step is Rung => step !== "normal";
export const above = (step: Step): Step | undefined => steps[steps.indexOf(step) + 1];
export const isHigher = (one: Step, other: Step): boolean =>
  steps.indexOf(one) > steps.indexOf(other);

/** Where it descends to: the next step that it took on its way up. */
export const below = ({ step, taken }: Ladder): Step =>
  taken.findLast((each) => isHigher(step, each)) ?? "normal";

/** The fold of one service's facts. */
export const ladder: Model<Ladder, LadderEvent> = {
  initial: {
    step: "normal",
    since: 0,
    taken: [],
    inForce: {},
    forced: undefined,
    forbidden: {},
    failed: {},
    relapses: 0,
    descendedAt: 0,
    offeredAt: {},
    evidence: null,
  },
  evolve: (known, event): Ladder => {
    const { data } = event;
    switch (event.type) {
      case "surge.climbed":
      case "surge.descended":
        return moved(known, event);
      case "surge.rung-failed": {
        const { step, at, why } = event.data;
        const failed = { ...known.failed, [step]: { at, why } };
        return {
          ...known,
          taken: less(known.taken, step),
          inForce: without(known.inForce, step),
          failed,
        };
      }
      case "surge.rung-held":
        return { ...known, inForce: { ...known.inForce, [event.data.step]: data.at } };
      case "surge.forced":
        return { ...known, forced: event.data };
      case "surge.released":
        return { ...known, forced: undefined };
      case "surge.forbidden": {
        const { step, endsAt, reason } = event.data;
        return {
          ...known,
          taken: less(known.taken, step),
          inForce: without(known.inForce, step),
          forbidden: { ...known.forbidden, [step]: { endsAt, reason } },
        };
      }
      case "surge.allowed":
        return { ...known, forbidden: without(known.forbidden, event.data.step) };
    }
  },
};

function moved(known: Ladder, event: EventOf<typeof climbed> | EventOf<typeof descended>): Ladder {
  const { from, to, at, evidence, dryRun } = event.data;
  const here = { ...known, step: to, since: at, evidence };
  if (event.type === "surge.descended") {
    return {
      ...here,
      taken: less(known.taken, from),
      inForce: without(known.inForce, from),
      failed: to === "normal" ? {} : known.failed,
      descendedAt: at,
    };
  }
  const inForce = isRung(to) && !dryRun ? { ...known.inForce, [to]: at } : known.inForce;
  const skipped = event.data.skipped.map(({ step, why }) => [step, { at, why }]);
  return {
    ...here,
    taken: isRung(to) ? [...less(known.taken, to), to] : known.taken,
    inForce,
    relapses: event.data.relapses,
    failed: { ...without(known.failed, to), ...Object.fromEntries(skipped) },
    offeredAt: { ...known.offeredAt, [to]: evidence?.offeredPerSecond ?? 0 },
  };
}
