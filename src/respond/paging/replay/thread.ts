import type { Millis, Position } from "#kernel";
import type { About } from "../contract.ts";
import * as contract from "../contract.ts";
import type { PageEvent } from "../escalation/page.ts";

export type Call = { person: string; at: Millis };
/** One problem from its first call to its end: as it was, or as it would have been. */
export type Thread = {
  about: About;
  receiver: string;
  at: Millis;
  /** Everybody who was called, each time. */
  calls: Call[];
  acknowledgedBy: string | null;
  acknowledgedAt: Millis | null;
  resolvedAt: Millis | null;
};

export const threadFacts: readonly { type: string }[] = [
  ...[contract.triggered, contract.climbed, contract.acknowledged, contract.resolved],
];

/** Goes on with the threads that are open by page; gives one that began. */
export function follow(
  open: Map<string, Thread>,
  event: PageEvent,
  at: Millis,
): Thread | undefined {
  const { page } = event.data;
  if (event.type === "paging.triggered") {
    const { about, receiver } = event.data;
    const ends = { acknowledgedBy: null, acknowledgedAt: null, resolvedAt: null };
    const begun: Thread = { about, receiver, at, calls: [], ...ends };
    open.set(page, begun);
    return begun;
  }
  const known = open.get(page);
  if (!known) return undefined;
  if (event.type === "paging.climbed")
    for (const { person, ways } of event.data.called)
      known.calls.push({ person, at: Math.min(...ways.map((way) => way.at)) });
  if (event.type === "paging.acknowledged" && known.acknowledgedAt === null)
    Object.assign(known, { acknowledgedBy: event.data.by, acknowledgedAt: at });
  if (event.type === "paging.resolved") known.resolvedAt = at;
  return undefined;
}

/** The threads of facts, oldest first. */
export function threadsOf(
  facts: readonly { event: unknown; at: Millis; position: Position }[],
): Thread[] {
  const open = new Map<string, Thread>();
  return facts.flatMap(({ event, at }) => follow(open, event as PageEvent, at) ?? []);
}
