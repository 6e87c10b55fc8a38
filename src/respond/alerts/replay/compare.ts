import type { Millis } from "#kernel";
import type { GroupTold, Replayed } from "../contract.ts";
import { type PageRow, ruleOf } from "../noise/pages.ts";
import type { NearMiss } from "./relook.ts";
import type { SimulatedPage } from "./simulate.ts";

/** A page belongs to another one that came so long before it began or after it ended. */
const aroundMs = 10 * 60_000;
/** Less is no delay: the past is known by the minute. */
const delayMsMin = 2 * 60_000;
const listedMax = 200;

type Compared = Pick<Replayed, "was" | "would" | "rules" | "missed" | "later" | "extra" | "pages">;

const matteredOf = ({ verdict, acknowledged_at, severity }: PageRow): boolean =>
  verdict === null ? acknowledged_at !== null || severity === "critical" : verdict === "useful";

const tellOf = ({ at, told }: SimulatedPage) => ({
  ...{ at, title: told.title, rule: ruleOf(told), service: told.service, severity: told.severity },
});

/** Whether a page that would have been is about what one was about. */
function isAbout(page: PageRow, prints: ReadonlySet<string>, told: GroupTold): boolean {
  if (told.alerts.some(({ fingerprint }) => prints.has(fingerprint))) return true;
  return ruleOf(told) === page.rule && told.service === page.service;
}

/** Sets the pages that there were beside those that there would have been; both oldest first. */
export function compare(
  was: readonly PageRow[],
  would: readonly SimulatedPage[],
  near: readonly NearMiss[],
): Compared {
  const used = new Set<SimulatedPage>();
  const missed: Replayed["missed"] = [];
  const later: Replayed["later"] = [];
  for (const page of was) {
    const { group_id: group, at, title, rule, service, severity, since } = page;
    const own = { group, at, title, rule, service, severity, mattered: matteredOf(page) };
    const prints = new Set(JSON.parse(page.fingerprints) as string[]);
    const span = {
      from: Math.min(since, at) - aroundMs,
      to: (page.ended_at ?? Infinity) + aroundMs,
    };
    const found = would.filter(
      (each) => each.at >= span.from && each.at <= span.to && isAbout(page, prints, each.told),
    );
    for (const each of found) used.add(each);
    const [first] = found;
    if (!first) missed.push({ ...own, byMs: shortfall(page, near) });
    else if (first.at - at >= delayMsMin) later.push({ ...own, byMs: first.at - at });
  }
  const extra = would.filter((each) => !used.has(each)).map(tellOf);
  const pages = would.map(tellOf);
  return {
    ...{ was: was.length, would: would.length, rules: byRule(was, pages) },
    missed: foremost(missed),
    later: foremost(later),
    extra: extra.slice(0, listedMax),
    pages: pages.slice(0, listedMax),
  };
}

/** What mattered comes first. */
const foremost = <P extends { mattered: boolean }>(pages: readonly P[]): P[] =>
  pages.toSorted((a, b) => Number(b.mattered) - Number(a.mattered)).slice(0, listedMax);

function shortfall(page: PageRow, near: readonly NearMiss[]): Millis | null {
  const until = page.ended_at ?? Infinity;
  const those = near.filter(
    ({ rule, from, to }) => rule === page.rule && from <= until && to >= page.since - aroundMs,
  );
  return those.length === 0 ? null : Math.min(...those.map(({ byMs }) => byMs));
}

function byRule(was: readonly PageRow[], would: readonly { rule: string }[]): Replayed["rules"] {
  const names = new Set([...was, ...would].map(({ rule }) => rule));
  const count = (some: readonly { rule: string }[], name: string): number =>
    some.filter(({ rule }) => rule === name).length;
  return [...names]
    .map((rule) => ({ rule, was: count(was, rule), would: count(would, rule) }))
    .toSorted((a, b) => b.was - a.was || b.would - a.would);
}

const minutes = (ms: Millis): string => {
  const whole = Math.max(1, Math.round(ms / 60_000));
  return whole < 120 ? `${whole} min` : `${Math.round(whole / 60)} h`;
};

/** "Would have paged 6 times instead of 83, and missed the one of 3 May by 4 min." */
export function sentence(of: Compared, zone: string): string {
  const day = (at: Millis): string =>
    new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: zone }).format(at);
  const times = (count: number): string =>
    count === 0 ? "never" : count === 1 ? "once" : `${count} times`;
  const missed = of.missed.filter(({ mattered }) => mattered);
  const later = of.later.filter(({ mattered }) => mattered);
  const [first] = missed;
  const [late] = later.toSorted((a, b) => b.byMs - a.byMs);
  const instead = of.was === 0 ? "where nobody was paged" : `instead of ${of.was}`;
  const parts = [`Would have paged ${times(of.would)} ${instead}`];
  if (first)
    parts.push(
      missed.length === 1
        ? `and missed the one of ${day(first.at)}${first.byMs === null ? "" : ` by ${minutes(first.byMs)}`}`
        : `and missed ${missed.length} that mattered, the first on ${day(Math.min(...missed.map(({ at }) => at)))}`,
    );
  if (late) parts.push(`and come up to ${minutes(late.byMs)} later`);
  return `${parts.join(", ")}.`;
}
