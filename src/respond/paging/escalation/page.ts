import type { EventOf, Millis } from "#kernel";
import type { Urgency } from "../channel/where.ts";
import type { About, Callee } from "../contract.ts";
import type * as contract from "../contract.ts";

export type PageEvent =
  | EventOf<typeof contract.triggered>
  | EventOf<typeof contract.climbed>
  | EventOf<typeof contract.changed>
  | EventOf<typeof contract.acknowledged>
  | EventOf<typeof contract.reassigned>
  | EventOf<typeof contract.resolved>
  | EventOf<typeof contract.seen>
  | EventOf<typeof contract.overlooked>;

/** One problem that somebody has to see to. */
export type Page = {
  page: string;
  phase: "triggered" | "acknowledged" | "resolved";
  receiver: string;
  urgency: Urgency;
  about: About;
  triggeredAt: Millis;
  /** The number of the last call, and of the one with which the ladder was begun from below. */
  call: number;
  firstCall: number;
  round: number;
  step: number;
  /** When the next step comes, or when an acknowledgement lapses; null when it is over. */
  nextAt: Millis | null;
  acknowledgedBy: string | null;
  assigned: string | null;
  resolvedAt: Millis | null;
  /** Of what came back: when it began the time before, and when that was over. */
  before: { triggeredAt: Millis; resolvedAt: Millis } | null;
  /** Everybody who was called in this thread, and how. */
  called: Callee[];
  /** How often the thread was told what became of it. */
  updates: number;
};

/** Everybody who was called, each person once, with the ways last used. */
function merged(known: readonly Callee[], called: readonly Callee[]): Callee[] {
  const again = new Set(called.map(({ person }) => person));
  return [...known.filter(({ person }) => !again.has(person)), ...called];
}

/** What a page is after something happened to it. Facts of a page that is not known are of no matter. */
export function evolve(page: Page | undefined, event: PageEvent, at: Millis): Page | undefined {
  if (event.type === "paging.triggered") return begun(page, event.data, at);
  if (!page) return undefined;
  switch (event.type) {
    case "paging.climbed": {
      const { call, round, step, nextAt, called, why } = event.data;
      const isFromBelow = startsOver.has(why);
      return {
        ...page,
        ...{ phase: "triggered", call, round, step, nextAt, acknowledgedBy: null },
        firstCall: isFromBelow ? call : page.firstCall,
        called: merged(page.called, called),
      };
    }
    case "paging.changed":
      return {
        ...page,
        urgency: event.data.urgency,
        about: event.data.about,
        updates: page.updates + 1,
      };
    case "paging.acknowledged": {
      const { by, until } = event.data;
      return {
        ...page,
        ...{ phase: "acknowledged", acknowledgedBy: by, nextAt: until, updates: page.updates + 1 },
      };
    }
    case "paging.reassigned":
      return { ...page, assigned: event.data.to };
    case "paging.resolved":
      return {
        ...page,
        phase: "resolved",
        nextAt: null,
        resolvedAt: at,
        updates: page.updates + 1,
      };
    case "paging.seen":
    case "paging.overlooked":
      return page;
  }
}

/** Such calls begin with the first step. */
export const startsOver: ReadonlySet<EventOf<typeof contract.climbed>["data"]["why"]> = new Set([
  ...(["triggered", "lapsed", "worse", "reassigned"] as const),
]);

function begun(
  page: Page | undefined,
  { page: id, receiver, urgency, about, keptBy }: EventOf<typeof contract.triggered>["data"],
  at: Millis,
): Page {
  return {
    ...{ page: id, phase: "triggered", receiver, urgency, about, triggeredAt: at },
    ...{ call: page?.call ?? 0, firstCall: (page?.call ?? 0) + 1, round: 0, step: 0, nextAt: at },
    ...{ acknowledgedBy: keptBy ?? null, assigned: page?.assigned ?? null, resolvedAt: null },
    ...{ called: page?.called ?? [], updates: page?.updates ?? 0, before: beforeOf(page) },
  };
}

const beforeOf = (page: Page | undefined): Page["before"] =>
  page && page.resolvedAt !== null
    ? { triggeredAt: page.triggeredAt, resolvedAt: page.resolvedAt }
    : null;
