import { type Event, view } from "#kernel";
import type { Climb, Descent, Step } from "./contract.ts";
import { type Ladder, ladder, type LadderEvent, ladderFacts } from "./ladder.ts";

const movesKeptMax = 20;

export type KeptMove = { at: number; from: Step; to: Step; event: Event };
export type Present = Record<string, { ladder: Ladder; moves: KeptMove[] }>;

const isMove = (event: LadderEvent): event is LadderEvent & { data: Climb | Descent } =>
  event.type === "surge.climbed" || event.type === "surge.descended";

/** Every service's ladder, and how it came there. */
export const present = view<Present, (typeof ladderFacts)[number]>("surge.present", {
  from: ladderFacts,
  empty: () => ({}),
  apply: (known, { event }) => {
    const { service } = event.data;
    const before = known[service] ?? { ladder: ladder.initial, moves: [] };
    const { moves } = before;
    if (isMove(event)) {
      const { at, from, to } = event.data;
      moves.unshift({ at, from, to, event });
      moves.splice(movesKeptMax);
    }
    known[service] = { ladder: ladder.evolve(before.ladder, event), moves };
    return known;
  },
});

export const ladderOf = (known: Present, service: string): Ladder =>
  known[service]?.ladder ?? ladder.initial;
