import type { SurgeStatus } from "#console";

export type Ladder = SurgeStatus["ladders"][number];
export type Step = Ladder["step"];
export type Rung = Ladder["rungs"][number]["step"];

/** The steps of the ladder as people read them, lowest first, and what each does to visitors. */
export const stepTexts: Readonly<Record<Step, { name: string; does: string }>> = {
  normal: { name: "Normal", does: "Nothing is done: everybody is served as configured." },
  "cache-harder": {
    name: "Cache harder",
    does: "Shared pages are kept for a minute at least, and pages that say nothing are shared.",
  },
  "serve-stale": {
    name: "Serve stale",
    does: "Older copies are good enough: visitors get them at once, and the service is asked behind their backs.",
  },
  freeze: {
    name: "Freeze",
    does: "Visitors read the snapshot, with a line that tells its age; forms are kept or refused.",
  },
  "waiting-room": {
    name: "Waiting room",
    does: "Those who are too many wait in a fair line, with an honest estimate.",
  },
  shed: {
    name: "Shed",
    does: "What matters least is refused first: crawlers, prefetches and images before pages.",
  },
};
export const stepOrder = Object.keys(stepTexts) as Step[];
export const rungOrder = stepOrder.slice(1) as Rung[];
