import type { Read, Refusal } from "#kernel";
import type * as z from "zod";
import { routed, type Severity, severities } from "../alerts/contract.ts";
import { timelineOf } from "../on-call/contract.ts";
import { configNow } from "./chosen/chosen.ts";
import { offersOf } from "./chosen/places.ts";
import { channelName, type Config, type PolicyConfig, policyOf, urgencyOf } from "./config.ts";
import * as contract from "./contract.ts";
import { beforeOf, runbookOf } from "./delivery/compose.ts";
import { deliveriesOf, type Delivery, healthOf } from "./delivery/deliveries.ts";
import { pageStream, rotaNow } from "./escalation/desk.ts";
import type { Page, PageEvent } from "./escalation/page.ts";
import { openPages, pagesView } from "./escalation/pages.ts";
import { planOf, type Rota } from "./escalation/plan.ts";

const shownMax = 500;
const historyMax = 300;

const shown = (page: Page): z.infer<(typeof contract.now)["output"]>["pages"][number] => {
  const { firstCall: _, updates: __, called, ...rest } = page;
  return { ...rest, called: called.map(({ person }) => person) };
};

export function nowOf(read: Read<Config>): z.infer<(typeof contract.now)["output"]> {
  const open = openPages(read.view(pagesView)).toSorted(
    (a, b) =>
      Number(b.phase === "triggered") - Number(a.phase === "triggered") ||
      severities.indexOf(b.about.severity) - severities.indexOf(a.about.severity) ||
      a.triggeredAt - b.triggeredAt,
  );
  return {
    isOn: Object.keys(read.config.people).length > 0,
    open: open.length,
    pages: open.slice(0, shownMax).map(shown),
  };
}

const proofOf = (
  of: Delivery,
): z.infer<(typeof contract.page)["output"]>["deliveries"][number] => ({
  ...{
    delivery: of.delivery,
    person: of.person,
    channel: of.channel,
    kind: of.kind,
    call: of.call,
  },
  ...{ state: of.state, intendedAt: of.made_at, dueAt: of.due_at, attempts: of.attempts },
  ...{ firstAttemptAt: of.first_at, lastAttemptAt: of.last_at, acceptedAt: of.accepted_at },
  ...{ deliveredAt: of.delivered_at, why: of.why },
});

export async function pageOf(
  read: Read<Config>,
  { page: id }: { page: string },
): Promise<z.infer<(typeof contract.page)["output"]> | Refusal> {
  const found = read.view(pagesView).pages[id];
  if (!found) return contract.unknownPage(`There is no page ${id} that is open or ended lately.`);
  const history = read.log
    .read(`paging/${pageStream(id)}`, { limit: historyMax, backwards: true })
    .map(({ at, event }) => ({ at, type: event.type, says: read.says(event) }));
  return {
    ...shown(found),
    runbook: runbookOf(found) ?? null,
    ...(await beforeOf(read, found)),
    deliveries: deliveriesOf(read, id).map(proofOf),
    history: history.toReversed(),
  };
}

export const peopleOf = (read: Read<Config>): z.infer<(typeof contract.people)["output"]> => ({
  people: Object.entries(configNow(read).people).map(([person, of]) => ({
    ...{ person, zone: of.zone, wakes: of.wakes, sleeps: of.sleeps, account: of.account ?? null },
    isChosen: of !== read.config.people[person],
    channels: of.channels.map((each) => {
      const channel = channelName(each);
      return {
        ...{ channel, kind: each.kind, afterMs: each.after, urgencies: each.urgencies },
        ...healthOf(read, { person, channel }),
      };
    }),
  })),
  offers: offersOf(read.config),
});

/** Who is on call in each team at an instant. */
async function rotaAt(read: Read<Config>, teams: readonly string[], at: number): Promise<Rota> {
  const found = await Promise.all(
    teams.map(async (team) => {
      const { shifts } = await read.ask(timelineOf, { team, from: at, days: 1 });
      return [
        team,
        shifts.find((each) => each.from <= at && each.to > at)?.member ?? null,
      ] as const;
    }),
  );
  return Object.fromEntries(found);
}

type WhoAsked = {
  receiver?: string | undefined;
  service?: string | undefined;
  team?: string | undefined;
  severity: Severity;
  at?: number | undefined;
};

/** The receiver that is named; else the first one whose policy calls the team; else where an alert of the service goes. */
async function receiverFor(
  read: Read<Config>,
  { receiver, service, team, severity }: WhoAsked,
): Promise<string> {
  const calls = (policy: PolicyConfig): boolean =>
    policy.steps.some(({ who }) => who.includes(`team:${team}`));
  const ofTeam =
    team === undefined
      ? undefined
      : Object.entries(read.config.policies).find(([, policy]) => calls(policy))?.[0];
  if (receiver !== undefined || ofTeam !== undefined) return receiver ?? ofTeam ?? "default";
  const { receivers } = await read.ask(routed, { service, severity });
  return receivers[0] ?? "default";
}

export async function whoOf(
  read: Read<Config>,
  asked: WhoAsked,
): Promise<z.infer<(typeof contract.who)["output"]>> {
  const { severity, at = read.now } = asked;
  const receiver = await receiverFor(read, asked);
  const urgency = urgencyOf(policyOf(read.config, receiver), severity);
  if (urgency === "none") return { receiver, urgency, steps: [] };
  const today = await rotaNow(read);
  const rota = asked.at === undefined ? today : await rotaAt(read, Object.keys(today), at);
  const { steps } = planOf(configNow(read), rota, { receiver, urgency, now: at });
  return {
    ...{ receiver, urgency },
    steps: steps.map(({ callees, afterMs }) => ({ afterMs, callees: [...callees] })),
  };
}

type Landed = z.infer<(typeof contract.landed)["output"]>["pages"][number];
const lookBackMs = 14 * 86_400_000;
const factsMax = 20_000;

/** Pages of a stretch of time, from the log. */
export function landedOf(
  read: Read<Config>,
  asked: { person?: string | undefined; from?: number | undefined; to?: number | undefined },
): z.infer<(typeof contract.landed)["output"]> {
  const { from = read.now - lookBackMs, to = read.now } = asked;
  const told = [contract.triggered, contract.climbed, contract.acknowledged, contract.resolved];
  const facts = read.log
    .page({ after: 0, limit: factsMax, types: told.map(({ type }) => type), backwards: true })
    .filter(({ at }) => at >= from && at < to)
    .toReversed();
  const pages = new Map<string, Landed>();
  for (const { event, at } of facts) note(pages, event as PageEvent, at);
  const wanted = [...pages.values()].filter(
    ({ called, acknowledgedBy }) =>
      asked.person === undefined ||
      called.includes(asked.person) ||
      acknowledgedBy === asked.person,
  );
  return { pages: wanted.slice(-shownMax) };
}

function note(pages: Map<string, Landed>, event: PageEvent, at: number): void {
  const { page } = event.data;
  const known = pages.get(page);
  if (event.type === "paging.triggered" && !known) {
    const { title, severity, service } = event.data.about;
    pages.set(page, {
      ...{ page, title, severity, service, at, acknowledgedAt: null, acknowledgedBy: null },
      ...{ resolvedAt: null, called: [] },
    });
  }
  if (!known) return;
  if (event.type === "paging.climbed")
    known.called = [
      ...new Set([...known.called, ...event.data.called.map(({ person }) => person)]),
    ];
  if (event.type === "paging.resolved") known.resolvedAt = at;
  if (event.type === "paging.acknowledged" && known.acknowledgedAt === null) {
    known.acknowledgedAt = at;
    known.acknowledgedBy = event.data.by;
  }
}
