import type { Event, Millis } from "#kernel";
import type { GroupTold } from "../../alerts/contract.ts";
import type { Urgency } from "../channel/where.ts";
import {
  type About,
  acknowledged,
  type Callee,
  changed,
  climbed,
  intended,
  reassigned,
  resolved,
  triggered,
} from "../contract.ts";
import { evolve, type Page, type PageEvent, startsOver } from "./page.ts";
import type { Plan } from "./plan.ts";

/** What a decision about a page may know besides the page. */
export type Known = { now: Millis; planFor(page: Page): Plan };
type Why = ReturnType<typeof climbed>["data"]["why"];

/** With nobody to call, somebody may be there again after so long. */
const nobodyAgainMs = 60_000;

export const deliveryOf = (
  page: string,
  which: string,
  way: { person: string; channel: string },
): string => `${page}.${which}.${way.person}.${way.channel}`;
export const deliveryStream = (delivery: string): string => `paging/deliveries/${delivery}`;

/** The next step that has people, from the first on where the call begins anew, around the end otherwise. */
function nextStep(page: Page, { steps }: Plan, why: Why): number | undefined {
  const all = [...steps.keys()];
  const isOver = startsOver.has(why);
  const order = isOver
    ? all
    : [...all.filter((i) => i > page.step), ...all.filter((i) => i <= page.step)];
  return order.find((i) => (steps[i]?.callees.length ?? 0) > 0);
}

/** Takes the next step: who is called, over what, and when the one after it comes. */
export function climb(page: Page, why: Why, { now, planFor }: Known): Event[] {
  const plan = planFor(page);
  const call = page.call + 1;
  const step = nextStep(page, plan, why);
  const { callees = [], afterMs = 0 } = step === undefined ? {} : (plan.steps[step] ?? {});
  const ats = callees.flatMap(({ ways }) => ways.map(({ at }) => at));
  const begins = Math.max(now, Math.min(...ats, Number.MAX_SAFE_INTEGER));
  const nextAt = callees.length === 0 ? now + nobodyAgainMs : begins + afterMs;
  const isOver = startsOver.has(why);
  const round = isOver ? page.round : page.round + ((step ?? 0) <= page.step ? 1 : 0);
  return [
    climbed({
      ...{ page: page.page, call, round, step: step ?? 0, why, nextAt },
      called: [...callees],
    }),
    ...callees.flatMap(({ person, ways }) =>
      ways.map(({ channel, at }) => {
        const delivery = deliveryOf(page.page, `${call}`, { person, channel });
        return intended(
          { delivery, page: page.page, person, channel, kind: "call", call, at },
          { stream: deliveryStream(delivery) },
        );
      }),
    ),
  ];
}

type Updates = Callee["ways"][number]["updates"];
/** Tells those who were called what became of it, where their channel can do that without another call. */
export function tellThread(
  page: Page,
  of: { now: Millis; over: readonly Updates[]; but?: string },
): Event[] {
  return page.called
    .filter(({ person }) => person !== of.but)
    .flatMap(({ person, ways }) =>
      ways
        .filter(({ updates }) => of.over.includes(updates))
        .map(({ channel }) => {
          const delivery = deliveryOf(page.page, `u${page.updates + 1}`, { person, channel });
          return intended(
            {
              ...{ delivery, page: page.page, person, channel },
              ...{ kind: "update", call: page.call, at: of.now },
            },
            { stream: deliveryStream(delivery) },
          );
        }),
    );
}

const aboutOf = (told: GroupTold): About => ({
  ...{ title: told.title, severity: told.severity, service: told.service, since: told.since },
  ...{ labels: told.labels, annotations: told.annotations },
  ...{ firing: told.firing, impact: told.impact },
});

/** What a group of alerts says, as what it means for its page. */
export type Turn = { told: GroupTold; isClosed: boolean; urgency: Urgency | "none" };

export function turn(page: Page | undefined, of: Turn, known: Known): Event[] {
  const { told, isClosed, urgency: loudness } = of;
  if (isClosed) return page ? close(page, told.why === "muted" ? "muted" : "over", known) : [];
  const urgency = loudness === "none" ? "low" : loudness;
  if (page && page.phase !== "resolved") return goesOn(page, { told, urgency }, known);
  // What calls nobody opens no page; one that is open stays, and is not loud any more.
  if (loudness === "none") return [];
  // What returns soon wakes nobody anew, if somebody had seen to it.
  const keptBy = told.quiet ? page?.acknowledgedBy : undefined;
  const { group, receiver } = told;
  return begin(page, { page: group, receiver, urgency, about: aboutOf(told), keptBy }, known);
}

/** What is told of an open page: what is worse wakes people again, all else they are told quietly. */
function goesOn(
  page: Page,
  { told, urgency }: { told: GroupTold; urgency: Urgency },
  known: Known,
): Event[] {
  const isWorse = told.why === "worse" || (page.urgency === "low" && urgency === "high");
  const turned = changed({ page: page.page, urgency, about: aboutOf(told) });
  const wakes =
    isWorse && !told.quiet && (page.phase === "acknowledged" || page.urgency !== urgency);
  const next = after(page, [turned], known.now);
  return wakes
    ? [turned, ...climb(next, "worse", known)]
    : [turned, ...tellThread(page, { now: known.now, over: ["edit"] })];
}

type Begin = {
  page: string;
  receiver: string;
  urgency: Urgency;
  about: About;
  keptBy?: string | null | undefined;
};
export function begin(page: Page | undefined, of: Begin, known: Known): Event[] {
  const { keptBy, ...rest } = of;
  const began = triggered({ ...rest, ...(keptBy ? { keptBy } : {}) });
  const fresh = after(page, [began], known.now);
  return keptBy
    ? [began, ...take(fresh, { by: keptBy, via: "reopened" }, known)]
    : [began, ...climb(fresh, "triggered", known)];
}

const take = (page: Page, of: { by: string; via: string }, { now, planFor }: Known): Event[] => [
  acknowledged({ page: page.page, ...of, until: now + planFor(page).acknowledgedForMs }),
  ...tellThread(page, { now, over: ["edit", "reply"], but: of.by }),
];

/** Somebody sees to it; the first one who says so does. */
export const acknowledge = (page: Page, of: { by: string; via: string }, known: Known): Event[] =>
  page.phase === "triggered" ? take(page, of, known) : [];

/** Nobody answered by then, or who acknowledged is not done: `nextAt` tells an old deadline from the one that counts. */
export function overdue(page: Page, nextAt: Millis, known: Known): Event[] {
  if (page.nextAt !== nextAt || page.phase === "resolved") return [];
  return climb(page, page.phase === "acknowledged" ? "lapsed" : "no-answer", known);
}

/** No channel of anybody in this call works: the next step does not wait, as long as there is one above. */
export function unreachable(page: Page, call: number, known: Known): Event[] {
  if (page.phase !== "triggered" || page.call !== call) return [];
  const next = nextStep(page, known.planFor(page), "unreachable");
  return next !== undefined && next > page.step ? climb(page, "unreachable", known) : [];
}

export const escalate = (page: Page, known: Known): Event[] =>
  page.phase === "resolved" ? [] : climb(page, "asked", known);

export function reassign(page: Page, of: { to: string; by: string }, known: Known): Event[] {
  const given = reassigned({ page: page.page, ...of });
  return [given, ...climb(after(page, [given], known.now), "reassigned", known)];
}

export function close(
  page: Page,
  why: "over" | "muted" | "by-hand",
  known: { now: Millis; by?: string },
): Event[] {
  if (page.phase === "resolved") return [];
  const { now, by } = known;
  return [
    resolved({ page: page.page, why, ...(by === undefined ? {} : { by }) }),
    ...tellThread(page, { now, over: ["edit", "reply"] }),
  ];
}

function after(page: Page | undefined, events: readonly PageEvent[], now: Millis): Page {
  const next = events.reduce((known, each) => evolve(known, each, now), page);
  if (!next) throw new Error("A page that nothing began cannot go on.");
  return next;
}
