import type { Event, Recorded } from "#kernel";
import type { GroupTold } from "../../src/respond/alerts/contract.ts";
import { evolve, type Page, type PageEvent } from "../../src/respond/paging/escalation/page.ts";
import type { Settled } from "./world.ts";

/** Reactions try again with growing pauses, and what they gave up the auditor finds. */
const slackMs = 5 * 60_000;

const isPageFact = ({ type }: Event): boolean =>
  /^paging\.(triggered|climbed|changed|acknowledged|reassigned|resolved)$/.test(type);

/** How long Castor was not running between two instants. */
const downMs = ({ downs }: Settled, from: number, to: number): number =>
  downs.reduce(
    (sum, each) => sum + Math.max(0, Math.min(each.to, to) - Math.max(each.from, from)),
    0,
  );

type Life = { page: Page; lastAt: number };

/** Every alert that wakes people has a page, and every page is seen to, over, or climbs on time. */
export function climbsOrIsSeenTo(settled: Settled): string[] {
  const broken: string[] = [];
  const lives = new Map<string, Life>();
  const isLate = (known: Page, at: number): boolean => {
    const { nextAt } = known;
    return nextAt !== null && at > nextAt + slackMs + downMs(settled, nextAt, at);
  };
  for (const { event, at } of settled.facts) {
    if (!isPageFact(event)) continue;
    const { page: id } = event.data as { page: string };
    const known = lives.get(id);
    if (known && isLate(known.page, at)) broken.push(`${id} climbed too late: at ${at}`);
    const page = evolve(known?.page, event as PageEvent, at);
    if (page) lives.set(id, { page, lastAt: at });
  }
  for (const { page } of lives.values())
    if (isLate(page, settled.now)) broken.push(`${page.page} does not climb and nobody sees to it`);
  for (const { told, isOpen } of groupsOf(settled.facts)) {
    const page = lives.get(told.group)?.page;
    if (!page) broken.push(`${told.group} has no page`);
    else if (isOpen && page.phase === "resolved")
      broken.push(`${told.group} goes on and its page is over`);
    else if (!isOpen && page.phase !== "resolved")
      broken.push(`${told.group} is over and its page goes on`);
  }
  return broken;
}

function groupsOf(facts: readonly Recorded[]): { told: GroupTold; isOpen: boolean }[] {
  const groups = new Map<string, { told: GroupTold; isOpen: boolean }>();
  for (const { event } of facts)
    if (event.type.startsWith("alerts.group-")) {
      const told = event.data as GroupTold;
      groups.set(told.group, { told, isOpen: event.type !== "alerts.group-closed" });
    }
  return [...groups.values()];
}

type Delivery = { delivery: string; kind?: string; at?: number; attempt?: number };

/** Every call that was meant is tried, folded or dropped in time, and the log knows of everything that was sent. */
export function deliveriesAreProven(settled: Settled): string[] {
  const broken: string[] = [];
  const due = new Map<string, number>();
  const attempts = new Map<string, number>();
  for (const { event, at } of settled.facts) {
    const data = event.data as Delivery;
    if (event.type === "paging.intended") due.set(data.delivery, Math.max(data.at ?? 0, at));
    if (!/^paging\.(attempted|folded|dropped)$/.test(event.type)) continue;
    if (event.type === "paging.attempted") attempts.set(data.delivery, data.attempt ?? 0);
    const meant = due.get(data.delivery) ?? at;
    if (at > meant + slackMs + downMs(settled, meant, at))
      broken.push(`${data.delivery} was tried late`);
    due.delete(data.delivery);
  }
  for (const [delivery, at] of due)
    if (settled.now > at + slackMs + downMs(settled, at, settled.now))
      broken.push(`${delivery} was never tried`);
  const asked = Map.groupBy(
    settled.asked.filter(({ id }) => !id.startsWith("fallback.")),
    ({ id }) => id,
  );
  for (const [id, all] of asked) {
    if (all.length > (attempts.get(id) ?? 0))
      broken.push(`${id} was sent more often than the log knows`);
    const came = all.filter(({ fate }) => fate === "taken" || fate === "drops");
    for (const each of came.slice(1))
      if (!each.isMaybeDuplicate) broken.push(`${id} came again unmarked`);
  }
  return broken;
}

/** Nobody is called for what somebody sees to, by the log as it stood when the message left. */
export function acknowledgedIsQuiet({ facts, asked }: Settled): string[] {
  const broken: string[] = [];
  const pages = new Map<string, Page>();
  const movedAt = new Map<string, Set<number>>();
  for (const { event, at } of facts.filter((each) => isPageFact(each.event))) {
    const { page } = event.data as { page: string };
    movedAt.set(page, (movedAt.get(page) ?? new Set()).add(at));
  }
  let next = 0;
  for (const call of asked.filter(
    ({ kind, id }) => kind === "paging.call" && !id.startsWith("fallback."),
  )) {
    for (; next < facts.length; next++) {
      const fact = facts[next];
      if (!fact || fact.at >= call.at) break;
      if (!isPageFact(fact.event)) continue;
      const { page: id } = fact.event.data as { page: string };
      const page = evolve(pages.get(id), fact.event as PageEvent, fact.at);
      if (page) pages.set(id, page);
    }
    const page = pages.get(call.thread);
    // What happened in the same instant may have been before it or after.
    if (movedAt.get(call.thread)?.has(call.at) === true) continue;
    if (page && page.phase !== "triggered")
      broken.push(`${call.id} was sent though the page was ${page.phase}`);
  }
  return broken;
}
