import { event, sensitive } from "#kernel/contract";
import * as z from "zod";
import { ackMsP99Max } from "./outcomes.ts";
import { PublishedTable } from "./queries.ts";
import { Show, ShowId } from "./show.ts";

const OfShow = z.object({ show: ShowId, at: z.number() });
/** Which performance it is about: a rehearsal may have begun anew before it was written. */
const ofRun = { run: z.number().int().optional() };
const OfQuestion = OfShow.extend({ question: z.string() });

/** A show that castor.yaml does not name, and what plans reckon with for it, as castor.yaml would say it. */
const Draft = OfShow.extend({
  definition: Show,
  plan: z.record(z.string(), z.unknown()).optional(),
});
const asks = ({ shape: { questions } }: Show): string =>
  questions.length === 1 ? "one question" : `${questions.length} questions`;
export const added = event("live.added", Draft, {
  says: ({ show, definition }) => `Show ${show} was planned with ${asks(definition)}`,
});
/** As often as they like, until its doors open. */
export const changed = event("live.changed", Draft, {
  says: ({ show, definition }) => `Show ${show} was changed, and has ${asks(definition)}`,
});
/** Finalists of a rehearsal that is no more: their keys have to be dropped. */
const Agreed = z.array(
  z.object({ run: z.number().int(), index: z.number().int(), nth: z.number().int() }),
);
/** Its rehearsal goes with it, and what that one's finalists told of themselves. */
export const removed = event("live.removed", OfShow.extend({ agreed: Agreed }), {
  says: ({ show }) => `Show ${show}, whose doors never opened, was removed`,
});
/** Other words for a question that nobody has seen; what is right, and how many choices there are, stays. */
export const corrected = event(
  "live.corrected",
  OfQuestion.extend({ text: z.string(), choices: z.array(z.string()) }),
  { says: ({ show, question }) => `${show}: ${question} has other words now` },
);
/** From now on participants get their tokens, and the show is what it is here. A rehearsal begins anew each time. */
export const doorsOpened = event(
  "live.doors-opened",
  OfShow.extend({ definition: Show, run: z.number().int(), agreed: Agreed.default([]) }),
  {
    says: ({ show, definition, run }) =>
      `The doors of ${show} are open${run > 1 ? ` for the ${run}th time` : ""}: ${asks(definition)}, at most ${definition.shape.participantsMax} participants`,
  },
);
/** Its question is on its way to all clients, sealed. */
export const armed = event("live.armed", OfQuestion, {
  says: ({ show, question }) => `${show}: ${question} is armed, sealed to every phone`,
});
export const disarmed = event("live.disarmed", OfQuestion, {
  says: ({ show, question }) => `${show}: ${question} is taken back unseen`,
});
export const revealed = event(
  "live.revealed",
  OfQuestion.extend({ revealAt: z.number(), closesAt: z.number() }),
  {
    says: ({ show, question, revealAt, closesAt }) =>
      `${show}: ${question} is revealed, and open for ${Math.round((closesAt - revealAt) / 1_000)} s`,
  },
);
export const closed = event("live.closed", OfQuestion.extend({ why: z.enum(["time", "asked"]) }), {
  says: ({ show, question, why }) =>
    `${show}: ${question} is closed${why === "asked" ? " by hand" : ""}`,
});
/** The budget is spent from here on, whatever becomes of the publication. */
export const publishing = event(
  "live.publishing",
  OfQuestion.extend({ epsilonThousandths: z.number().int(), delta: z.number() }),
  {
    says: ({ show, question, epsilonThousandths }) =>
      `${show}: ${question} will be published for epsilon ${epsilonThousandths / 1_000}`,
  },
);
/** What everybody may know, drawn once, with its noise: exact counts are in no fact. */
export const published = event(
  "live.published",
  OfQuestion.extend({ ...ofRun, tables: z.array(PublishedTable) }),
  {
    says: ({ show, question, tables }) => {
      const cells = tables.flatMap((table) => table.cells);
      return `${show}: ${question} is published, ${cells.filter((cell) => cell !== null).length} of ${cells.length} counts shown`;
    },
    // One table over all dimensions, without a total: until decision 0072.
    upcast: [
      (before) => {
        const { cells, threshold, ...rest } = before as Record<string, unknown>;
        return { ...rest, tables: [{ cells, threshold }] };
      },
    ],
  },
);
export const finished = event(
  "live.finished",
  OfShow.extend({
    eraseAt: z.number(),
    forgetAt: z.number(),
    /** `time`: nobody ended it. */
    why: z.enum(["asked", "time"]).default("asked"),
  }),
  {
    says: ({ show, why }) =>
      why === "time" ? `${show} is over: nobody ended it in time` : `${show} is over`,
  },
);
const Finalist = z.object({
  index: z.number().int(),
  rank: z.number().int(),
  right: z.number().int(),
  latencyMs: z.number().int(),
});
export type Finalist = z.infer<typeof Finalist>;
/** The fastest who got most right: numbers, not people, until they say who they are. */
export const ranked = event(
  "live.ranked",
  OfShow.extend({ ...ofRun, finalists: z.array(Finalist) }),
  {
    says: ({ show, finalists }) => `${show} has ${finalists.length} finalists`,
  },
);
/** Whose key seals what a finalist told of themselves. */
export const finalistSubject = (of: {
  show: string;
  run: number;
  index: number;
  nth: number;
}): string => `live/${of.show}/${of.run}/${of.index}/${of.nth}`;
export const consented = event(
  "live.consented",
  OfShow.extend({
    run: z.number().int(),
    index: z.number().int(),
    /** After a withdrawal somebody may agree again, under another key. */
    nth: z.number().int(),
    name: sensitive(),
    contact: sensitive(),
  }),
  {
    says: ({ show, index }) => `${show}: finalist ${index} said who they are`,
    subject: finalistSubject,
  },
);
export const withdrawn = event(
  "live.withdrawn",
  OfShow.extend({ run: z.number().int(), index: z.number().int(), why: z.enum(["asked", "time"]) }),
  {
    says: ({ show, index, why }) =>
      `${show}: what finalist ${index} told is erased${why === "time" ? ", its time is over" : ""}`,
  },
);
/** Somebody looked at the key that signs tokens: who has it may make participants. */
export const keyTold = event("live.key-told", OfShow, {
  says: ({ show }) => `The key for tokens of ${show} was told to an organiser's backend`,
});
const Relay = { relay: z.string(), number: z.number().int() };
/** A relay may hand in answers of many until then. Its token is told once, and kept nowhere. */
export const relayAdmitted = event(
  "live.relay-admitted",
  OfShow.extend({ ...Relay, until: z.number() }),
  { says: ({ show, relay }) => `${show}: the relay ${relay} may hand in answers` },
);
export const relayEnded = event("live.relay-ended", OfShow.extend(Relay), {
  says: ({ show, relay }) => `${show}: the relay ${relay} may hand in answers no more`,
});
/** Somebody took the answers of single participants away: numbers, but an organiser may know whose they are. */
export const answersTold = event("live.answers-told", OfShow, {
  says: ({ show }) => `Who answered what in ${show} was exported`,
});
/** What an answer took of a node's processor while many came: plans reckon with the latest. */
export const measured = event("live.measured", OfQuestion.extend({ answerUs: z.number() }), {
  says: ({ show, question, answerUs }) =>
    `${show}: an answer to ${question} took ${Math.round(answerUs * 10) / 10} µs of a core`,
});
/** From here on the nodes erase who answered what. */
export const erasing = event("live.erasing", OfShow.extend({ why: z.enum(["asked", "time"]) }), {
  says: ({ show, why }) =>
    `${show}: who answered what is to be erased${why === "time" ? ", its time is over" : ""}`,
});
/** Every node has looked for files that tell something of single participants, and has found none: the counts stay. */
export const erased = event("live.erased", OfShow.extend({ ...ofRun, nodes: z.number().int() }), {
  says: ({ show, nodes }) =>
    `${show}: who answered what is erased, ${nodes === 1 ? "its node" : `all ${nodes} nodes`} looked for it and found nothing`,
});

/** A life of a node's count begins with its folder. A second one of the same node has lost what the first counted. */
export const lifeBegan = event(
  "live.life-began",
  OfShow.extend({
    run: z.number().int(),
    node: z.number().int(),
    epoch: z.string(),
    /** Answers that earlier lives had told of; null for the first one. */
    before: z.number().int().nullable(),
  }),
  {
    says: ({ show, node, before }) =>
      before === null
        ? `${show}: node ${node} counts`
        : `${show}: node ${node} began anew without what it had counted: ${before} answers that it had told of stay in the counts, but in no ranking, and who gave them may answer an open question again`,
  },
);

/** What can be wrong with a node while the doors of a show are open. */
export const troubles = ["away", "refusing", "slow"] as const;
const OfTrouble = OfShow.extend({ node: z.number().int(), trouble: z.enum(troubles) });
type OfTrouble = z.infer<typeof OfTrouble>;
const isWrong: Record<OfTrouble["trouble"], string> = {
  away: "is away: whom it counts can neither answer nor join",
  refusing: "acknowledges nothing",
  slow: `took more than ${ackMsP99Max} ms to acknowledge one of 100 answers`,
};
const isRight: Record<OfTrouble["trouble"], string> = {
  away: "is back",
  refusing: "acknowledges answers again",
  slow: "acknowledges as fast as it should",
};
/** A node of a show does not do what it is there for. Nobody is told of rehearsals. */
export const troubleBegan = event("live.trouble-began", OfTrouble.extend({ why: z.string() }), {
  says: ({ show, node, trouble, why }) =>
    `${show}: node ${node} ${isWrong[trouble]}${why === "" ? "" : ` (${why})`}`,
});
export const troubleEnded = event("live.trouble-ended", OfTrouble, {
  says: ({ show, node, trouble }) => `${show}: node ${node} ${isRight[trouble]}`,
});

/** All that the state of a show is folded from. */
export const showFacts = [
  added,
  changed,
  removed,
  corrected,
  doorsOpened,
  relayAdmitted,
  relayEnded,
  armed,
  disarmed,
  revealed,
  closed,
  publishing,
  published,
  finished,
  ranked,
  consented,
  withdrawn,
  erasing,
  erased,
  lifeBegan,
] as const;
