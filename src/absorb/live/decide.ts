import { Duration, type Decide, type Facts, isRefusal, type Refusal } from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import * as facts from "./contract/facts.ts";
import { definitionOf } from "./draft.ts";
import { isRehearsal, type Phase, type Show, showBehind, ShowId } from "./contract/show.ts";
import * as no from "./contract/problems.ts";
import {
  type Asked,
  askedOf,
  endsAt,
  idleSince,
  phaseOf,
  questionOnAir,
  type ShowFact,
  type Shows,
  type ShowState,
  stateOf,
} from "./show.ts";

type Rule<I> = Decide<I, Shows, ShowFact, Config>;

export const OfShow = z.object({
  show: ShowId.describe("Its name; with ~rehearsal, its rehearsal."),
});
export const OfQuestion = OfShow.extend({ question: z.string().max(40).describe("Its name.") });
export const RelayName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "Small letters, digits and dashes");
const anyway = z
  .boolean()
  .default(false)
  .describe(
    "Of a rehearsal: although a question of a real show is on, which needs the same cores.",
  );
export const OpenDoors = OfShow.extend({ anyway });
export const ArmQuestion = OfQuestion.extend({ anyway });
export const RevealQuestion = ArmQuestion.extend({
  in: Duration.prefault("5s").describe("How soon everybody sees it: the time to count down."),
});
const revealInMsMax = 600_000;
const revealInMsMin = 500;
/** Erasing waits so long for the finalists, whose ranking is lost with it. */
const rankWithinMs = 3_600_000;

/** A vote that is open for days has its crowd in the first minutes. */
const crowdWithinMs = 600_000;

/** Why a rehearsal has to wait: its crowd would take what a real one needs just then. */
function isInTheWay(
  { show, anyway }: { show: string; anyway: boolean },
  known: Shows,
  now: number,
): Refusal | undefined {
  if (!isRehearsal(show) || anyway) return undefined;
  for (const [real, state] of Object.entries(known)) {
    const question = isRehearsal(real) ? undefined : questionOnAir(state, now);
    if (question === undefined) continue;
    const { times } = askedOf(state, question);
    if (now < (times?.revealAt ?? now) + crowdWithinMs)
      return no.showIsOn(`${question} of ${real} is on: wait until it is closed, or say --anyway.`);
  }
  return undefined;
}

export const openDoors: Rule<z.infer<typeof OpenDoors>> = (input, known, { now, config }) => {
  const { show } = input;
  const state = stateOf(known, show);
  const definition = definitionOf(known, show, config);
  if (definition === undefined) return no.unknownShow(`There is no show ${showBehind(show)}.`);
  if (!isRehearsal(show) && state.doorsAt !== undefined)
    return state.finishedAt === undefined ? [] : no.notNow(`${show} is over.`);
  const inTheWay = isInTheWay(input, known, now);
  if (inTheWay) return inTheWay;
  const agreed = state.agreed.map(({ index, nth }) => ({ run: state.run, index, nth }));
  return [facts.doorsOpened({ show, at: now, definition, run: state.run + 1, agreed })];
};

export const OfRelay = OfShow.extend({ relay: RelayName.describe("Its name.") });
export const endRelay: Rule<z.infer<typeof OfRelay>> = ({ show, relay }, known, { now }) => {
  const named = stateOf(known, show).relays.filter((each) => each.relay === relay);
  const current = named.find(({ isEnded }) => !isEnded);
  if (named.length === 0) return no.unknownRelay(`${show} has no relay ${relay}.`);
  return current ? [facts.relayEnded({ show, at: now, relay, number: current.number })] : [];
};

type OnAir = { state: ShowState; asked: Asked; phase: Phase; definition: Show };

/** The question of a show whose doors are open, or why there is none. */
function find(
  { show, question }: z.infer<typeof OfQuestion>,
  known: Shows,
  { now }: Facts<Config>,
): OnAir | Refusal {
  const state = stateOf(known, show);
  if (state.doorsAt === undefined || state.definition === undefined)
    return no.notNow(`The doors of ${show} are not open yet: castor live open-doors ${show}`);
  if (!state.definition.shape.questions.some(({ id }) => id === question))
    return no.unknownQuestion(`${show} has no question ${question}.`);
  const asked = askedOf(state, question);
  return { state, asked, phase: phaseOf(asked, now), definition: state.definition };
}

const notIn = (question: string, phase: Phase, wanted: string): Refusal =>
  no.notNow(`${question} is ${phase}; ${wanted}.`);

export const arm: Rule<z.infer<typeof ArmQuestion>> = ({ anyway, ...input }, known, about) => {
  const found = find(input, known, about);
  if (isRefusal(found)) return found;
  const { state, phase } = found;
  if (phase === "armed") return [];
  if (phase !== "planned") return notIn(input.question, phase, "each question is asked once");
  if (state.finishedAt !== undefined) return no.notNow(`${input.show} is over.`);
  const other = questionOnAir(state, about.now);
  if (other !== undefined) return no.notNow(`${other} is on: one question at a time.`);
  const inTheWay = isInTheWay({ ...input, anyway }, known, about.now);
  return inTheWay ?? [facts.armed({ ...input, at: about.now })];
};

export const disarm: Rule<z.infer<typeof OfQuestion>> = (input, known, about) => {
  const found = find(input, known, about);
  if (isRefusal(found)) return found;
  if (found.phase === "planned") return [];
  if (found.phase !== "armed") return notIn(input.question, found.phase, "people have seen it");
  return [facts.disarmed({ ...input, at: about.now })];
};

export const reveal: Rule<z.infer<typeof RevealQuestion>> = (
  { in: inMs, anyway, ...input },
  known,
  about,
) => {
  const found = find(input, known, about);
  if (isRefusal(found)) return found;
  const { phase, definition } = found;
  if (phase === "revealed" || phase === "open") return [];
  if (phase !== "armed") return notIn(input.question, phase, "arm it first, so that all have it");
  if (inMs < revealInMsMin || inMs > revealInMsMax)
    return no.notNow("A reveal comes within half a second to ten minutes.");
  const inTheWay = isInTheWay({ ...input, anyway }, known, about.now);
  if (inTheWay) return inTheWay;
  const { windowMs = 0 } = definition.shape.questions.find(({ id }) => id === input.question) ?? {};
  const revealAt = about.now + inMs;
  const closesAt = revealAt + windowMs;
  return [facts.revealed({ ...input, at: about.now, revealAt, closesAt })];
};

export const close: Rule<z.infer<typeof OfQuestion>> = (input, known, about) => {
  const found = find(input, known, about);
  if (isRefusal(found)) return found;
  const { asked, phase } = found;
  if (asked.closedAt !== undefined) return [];
  if (asked.times === undefined) return notIn(input.question, phase, "it was never open");
  return [facts.closed({ ...input, at: about.now, why: phase === "closed" ? "time" : "asked" })];
};

export const publish: Rule<z.infer<typeof OfQuestion>> = (input, known, about) => {
  const found = find(input, known, about);
  if (isRefusal(found)) return found;
  const { state, asked, phase, definition } = found;
  if (asked.price !== undefined) return [];
  if (asked.closedAt === undefined) return notIn(input.question, phase, "close it first");
  if (isRehearsal(input.show) && state.erasedAt !== undefined)
    return no.notNow("The rehearsal is erased, and its counts with it.");
  const { epsilonPerQuestion, epsilonPerShow, delta } = definition.promises;
  const left = epsilonPerShow - state.spentThousandths;
  if (epsilonPerQuestion > left)
    return no.budgetSpent(
      `Epsilon ${state.spentThousandths / 1_000} of ${epsilonPerShow / 1_000} is spent; this would cost ${epsilonPerQuestion / 1_000}.`,
    );
  return [
    facts.publishing({ ...input, at: about.now, epsilonThousandths: epsilonPerQuestion, delta }),
  ];
};

export const finish: Rule<z.infer<typeof OfShow>> = ({ show }, known, { now }) => {
  const state = stateOf(known, show);
  const { definition, doorsAt, finishedAt } = state;
  if (definition === undefined || doorsAt === undefined)
    return no.notNow(`The doors of ${show} are not open yet.`);
  if (finishedAt !== undefined) return [];
  const isOverdue = now >= (endsAt(show, state) ?? Infinity);
  const other = questionOnAir(state, now);
  if (other !== undefined && !isOverdue) return no.notNow(`${other} is on: close it first.`);
  const { keepAnswersMs, keepFinalistsMs } = definition.promises;
  const eraseAt = isOverdue
    ? Math.max(now, (idleSince(show, state) ?? now) + keepAnswersMs)
    : now + keepAnswersMs;
  const why = isOverdue ? "time" : "asked";
  return [
    // Only a question that was armed and forgotten can be on then.
    ...(other === undefined ? [] : [facts.disarmed({ show, at: now, question: other })]),
    facts.finished({ show, at: now, eraseAt, forgetAt: now + keepFinalistsMs, why }),
  ];
};

/** At once, or when the show's time is over: then nobody can say any more who answered what. */
export const erase: Rule<z.infer<typeof OfShow>> = ({ show }, known, { now }) => {
  const { definition, finishedAt, eraseAt = 0, erasingAt, finalists } = stateOf(known, show);
  if (erasingAt !== undefined) return [];
  if (finishedAt === undefined) return no.notNow(`${show} is not over: castor live finish ${show}`);
  const isRanked = finalists !== undefined || definition?.finalists === 0;
  if (!isRanked && now < eraseAt + rankWithinMs)
    return no.notNow(`The finalists of ${show} are not found yet: a node may be away.`);
  return [facts.erasing({ show, at: now, why: now >= eraseAt ? "time" : "asked" })];
};
