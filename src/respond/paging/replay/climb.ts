import type { Event, Millis } from "#kernel";
import type { ReplayedTurn } from "../../alerts/contract.ts";
import { type Config, policyOf, urgencyOf } from "../config.ts";
import { acknowledge, type Known, overdue, turn, unreachable } from "../escalation/decide.ts";
import { evolve, type Page, type PageEvent } from "../escalation/page.ts";
import { planOf, type Rota } from "../escalation/plan.ts";
import type { Answers } from "./answers.ts";
import { type Absence, awakeAt } from "./asleep.ts";
import { type Channels, firstWay, heardAt } from "./channels.ts";
import { follow, type Thread } from "./thread.ts";

type Answer = { at: Millis; by: string };
/** `dueAt` is when something comes next by itself: it is looked for among all at each step. `unheardAt`: nothing got through to anybody. */
type Standing = {
  page: Page;
  waiting: readonly Answer[];
  unheardAt: Millis | undefined;
  dueAt: Millis;
};
type Past = {
  config: Config;
  answers: Answers;
  channels: Channels;
  absences: readonly Absence[];
  rotaAt(at: Millis): Rota;
};

/** A page that nobody sees to climbs for ever; more calls of one say no more. */
const callsOfPageMax = 500;
const stepsTogether = 200;
const pageTypes = new Set(
  ["triggered", "climbed", "changed", "acknowledged", "resolved"].map((each) => `paging.${each}`),
);

/** The ladder itself on the clock of the past: what policies would have made of what alerts would have told. */
class PastLadder {
  readonly threads: Thread[] = [];
  readonly #past: Past;
  readonly #open = new Map<string, Standing>();
  /** What returns goes on where it was. */
  readonly #over = new Map<string, Page>();
  readonly #following = new Map<string, Thread>();

  constructor(past: Past) {
    this.#past = past;
  }

  /** What comes next by itself, before that time. */
  next(until: Millis): { id: string; at: Millis } | undefined {
    let first: { id: string; at: Millis } | undefined;
    for (const [id, { dueAt }] of this.#open)
      if (dueAt < (first?.at ?? until)) first = { id, at: dueAt };
    return first;
  }

  /** Somebody answers, or their time to do so is over. */
  goOn({ id, at }: { id: string; at: Millis }): void {
    const standing = this.#open.get(id);
    if (!standing) return;
    const { page, waiting, unheardAt } = standing;
    const known = this.#known(at);
    const answer = waiting.find((each) => each.at <= at);
    if (answer && page.phase === "triggered")
      return this.#take(id, acknowledge(page, { by: answer.by, via: "replay" }, known), at);
    if (unheardAt !== undefined && unheardAt <= at) {
      this.#open.set(id, this.#standing(page, waiting, undefined));
      const next = unreachable(page, page.call, known);
      if (next.length > 0) return this.#take(id, next, at);
    }
    if ((page.nextAt ?? Infinity) <= at)
      this.#take(id, overdue(page, page.nextAt ?? at, known), at);
  }

  hear({ at, told, isClosed }: ReplayedTurn): void {
    const { config } = this.#past;
    const urgency = urgencyOf(policyOf(config, told.receiver), told.severity);
    const page = this.#open.get(told.group)?.page ?? this.#over.get(told.group);
    this.#take(told.group, turn(page, { told, isClosed, urgency }, this.#known(at)), at);
  }

  #known(now: Millis): Known {
    const { config, rotaAt } = this.#past;
    return {
      now,
      planFor: ({ receiver, urgency }) => planOf(config, rotaAt(now), { receiver, urgency, now }),
    };
  }

  #take(id: string, events: readonly Event[], at: Millis): void {
    const ofPage = events.filter(({ type }) => pageTypes.has(type)) as PageEvent[];
    for (const event of ofPage) {
      const standing = this.#open.get(id);
      const page = evolve(standing?.page ?? this.#over.get(id), event, at);
      if (!page) continue;
      const begun = follow(this.#following, event, at);
      if (begun) this.threads.push(begun);
      this.#open.delete(id);
      this.#over.delete(id);
      if (page.phase === "resolved") this.#over.set(id, page);
      else {
        const waiting = this.#waiting(event, page, standing);
        this.#open.set(id, this.#standing(page, waiting, this.#unheardAt(event, standing)));
      }
    }
  }

  #standing(page: Page, waiting: readonly Answer[], unheardAt: Millis | undefined): Standing {
    const next = dueAt(page, waiting, unheardAt);
    return { page, waiting, unheardAt, dueAt: awakeAt(this.#past.absences, next) };
  }

  /** When it is known that nobody in a call can be reached; undefined where somebody can. */
  #unheardAt(event: PageEvent, before: Standing | undefined): Millis | undefined {
    if (event.type === "paging.acknowledged") return undefined;
    if (event.type !== "paging.climbed") return before?.unheardAt;
    const { called } = event.data;
    const isHeard = called.some((each) => heardAt(each, this.#past.channels) !== undefined);
    return isHeard || called.length === 0
      ? undefined
      : Math.max(...called.map(({ ways }) => firstWay(ways)));
  }

  /** Who will answer, and when, unless somebody does before. */
  #waiting(event: PageEvent, page: Page, before: Standing | undefined): readonly Answer[] {
    const { answers, channels } = this.#past;
    const subject = { about: page.about, at: page.triggeredAt };
    switch (event.type) {
      case "paging.triggered": {
        const unasked = answers.unasked(subject);
        return unasked ? [{ ...unasked, at: Math.max(page.triggeredAt, unasked.at) }] : [];
      }
      case "paging.climbed": {
        const called = event.data.called.flatMap((callee) => {
          const after = answers.afterCall(subject, callee.person);
          const heard = heardAt(callee, channels);
          return after === undefined || heard === undefined
            ? []
            : [{ by: callee.person, at: heard + after }];
        });
        return [...(before?.waiting ?? []), ...called];
      }
      case "paging.acknowledged":
        return [];
      default:
        return before?.waiting ?? [];
    }
  }
}

function dueAt(page: Page, waiting: readonly Answer[], unheardAt = Infinity): Millis {
  const answered = page.phase === "triggered" ? waiting.map(({ at }) => at) : [];
  const deadline = page.call > callsOfPageMax ? Infinity : (page.nextAt ?? Infinity);
  return Math.min(deadline, page.call > callsOfPageMax ? Infinity : unheardAt, ...answered);
}

/** The threads that there would have been, in the order in which they would have begun. */
export async function climbThePast(
  turns: readonly ReplayedTurn[],
  of: Past & { to: Millis; breathe(): Promise<void> },
): Promise<Thread[]> {
  const ladder = new PastLadder(of);
  let steps = 0;
  const breathe = async (): Promise<void> => {
    if (++steps % stepsTogether === 0) await of.breathe();
  };
  const goOn = async (until: Millis): Promise<void> => {
    for (let next = ladder.next(until); next; next = ladder.next(until)) {
      ladder.goOn(next);
      await breathe();
    }
  };
  for (const each of turns) {
    const at = awakeAt(of.absences, each.at);
    await goOn(at);
    ladder.hear({ ...each, at });
    await breathe();
  }
  await goOn(of.to);
  return ladder.threads;
}
