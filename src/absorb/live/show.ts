import type { EventOf, Model } from "#kernel";
import type { Finalist, lifeBegan, showFacts } from "./contract/facts.ts";
import type { Published } from "./contract/queries.ts";
import { isRehearsal, type Phase, rehearsalEnd, type Show } from "./contract/show.ts";

export type Asked = {
  armed: boolean;
  /** Set by the reveal: from when everybody sees it and may answer, and until when. */
  times: { revealAt: number; closesAt: number } | undefined;
  closedAt: number | undefined;
  /** What the publication costs; from then on the budget is spent. */
  price: number | undefined;
  publication: Omit<Published, "price"> | undefined;
  /** How often its words were corrected. */
  version: number;
};

/** Who of the finalists has agreed; their name and contact stand sealed in the log only. */
export type Agreed = { index: number; at: number; nth: number };

/** Somebody who hands in answers of many. `number` stands in its token, and is nobody else's. */
export type Relay = { relay: string; number: number; until: number; isEnded: boolean };

export type Life = Omit<EventOf<typeof lifeBegan>["data"], "show" | "run">;

export type ShowState = {
  definition: Show | undefined;
  /** How often the definition of an added show was said: whoever changes it names the one that they began with. */
  version: number;
  /** What plans reckon with for a show that castor.yaml does not name, as it would say it. */
  plan: Record<string, unknown> | undefined;
  /** How often the doors have opened: a rehearsal may begin again, a show may not. */
  run: number;
  doorsAt: number | undefined;
  /** Those whose token may not be over yet. */
  relays: readonly Relay[];
  asked: Record<string, Asked>;
  spentThousandths: number;
  finishedAt: number | undefined;
  eraseAt: number | undefined;
  forgetAt: number | undefined;
  finalists: Finalist[] | undefined;
  agreed: Agreed[];
  /** How often each finalist has agreed, withdrawn or not. */
  agreements: Record<string, number>;
  erasingAt: number | undefined;
  erasedAt: number | undefined;
  /** Of its nodes' counts: more than one of a node say that it lost its disk. */
  lives: readonly Life[];
};
export type Shows = Readonly<Record<string, ShowState>>;
export type ShowFact = EventOf<(typeof showFacts)[number]>;

const before: ShowState = {
  ...{
    definition: undefined,
    version: 0,
    plan: undefined,
    run: 0,
    doorsAt: undefined,
    relays: [],
    asked: {},
    spentThousandths: 0,
  },
  ...{ finishedAt: undefined, eraseAt: undefined, forgetAt: undefined, finalists: undefined },
  ...{ agreed: [], agreements: {}, erasingAt: undefined, erasedAt: undefined },
  lives: [],
};
const unasked: Asked = {
  ...{ armed: false, times: undefined, closedAt: undefined },
  ...{ price: undefined, publication: undefined, version: 0 },
};

/** The key of the one stream that all of this is in. */
export const stream = "shows";

/** What is known under a name. `constructor` is a fine name for a show, and every object has one. */
const known = <V>(all: Readonly<Record<string, V>>, name: string): V | undefined =>
  Object.hasOwn(all, name) ? all[name] : undefined;

export const stateOf = (shows: Shows, show: string): ShowState => known(shows, show) ?? before;
export const askedOf = (state: ShowState, question: string): Asked =>
  known(state.asked, question) ?? unasked;

/** What everybody may know of a question, and what it cost; undefined until it is drawn. */
export function publishedOf(state: ShowState, question: string): Published | undefined {
  const { publication, price = 0 } = askedOf(state, question);
  return publication && { ...publication, price };
}

/** Where a question is at a moment: what time alone decides (revealed, open, closed) needs no fact. */
export function phaseOf({ armed, times, closedAt, publication }: Asked, at: number): Phase {
  if (publication !== undefined) return "published";
  if (closedAt !== undefined) return "closed";
  if (times === undefined) return armed ? "armed" : "planned";
  if (at >= times.closesAt) return "closed";
  return at >= times.revealAt ? "open" : "revealed";
}

/** The question that the show is busy with; there is one at a time. */
export function questionOnAir(state: ShowState, at: number): string | undefined {
  return Object.keys(state.asked).find((id) =>
    ["armed", "revealed", "open"].includes(phaseOf(askedOf(state, id), at)),
  );
}

const rehearsalMsMax = 86_400_000;

/** When the latest question of a show ended, or will; undefined before the first one is revealed. */
function lastEndOf({ asked }: ShowState): number | undefined {
  const ends = Object.values(asked).flatMap(
    ({ closedAt, times }) => closedAt ?? times?.closesAt ?? [],
  );
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** Since when a show has nothing to do. People may join a real one for weeks before its first question. */
export const idleSince = (show: string, state: ShowState): number | undefined =>
  lastEndOf(state) ?? (isRehearsal(show) ? state.doorsAt : undefined);

/** When a show whose doors are open is over although nobody ends it. A rehearsal is not the beginning of a series. */
export function endsAt(show: string, state: ShowState): number | undefined {
  const { definition, finishedAt } = state;
  const since = idleSince(show, state);
  if (definition === undefined || since === undefined || finishedAt !== undefined) return;
  const { endsAfterMs } = definition.promises;
  return since + (isRehearsal(show) ? Math.min(endsAfterMs, rehearsalMsMax) : endsAfterMs);
}

function evolveQuestion(asked: Asked, fact: ShowFact): Asked {
  switch (fact.type) {
    case "live.armed":
      return { ...asked, armed: true };
    case "live.disarmed":
      return { ...asked, armed: false };
    case "live.revealed": {
      const { revealAt, closesAt } = fact.data;
      return { ...asked, times: { revealAt, closesAt } };
    }
    case "live.closed":
      return { ...asked, closedAt: fact.data.at };
    case "live.publishing":
      return { ...asked, price: fact.data.epsilonThousandths };
    case "live.published": {
      const { tables, at } = fact.data;
      return { ...asked, publication: { tables, at } };
    }
    default:
      return asked;
  }
}

const endRelay = (relays: readonly Relay[], is: (relay: Relay) => boolean): Relay[] =>
  relays.map((each) => (is(each) ? { ...each, isEnded: true } : each));

/** A question with other words: their number, their places and what is right stay. */
function withWords(
  show: Show,
  { question, text, choices }: { question: string; text: string; choices: string[] },
): Show {
  const questions = show.shape.questions.map((each) =>
    each.id === question ? { ...each, text, choices } : each,
  );
  return { ...show, shape: { ...show.shape, questions } };
}

type Named = Exclude<ShowFact, { type: "live.removed" }>;
type OfAudience = Extract<
  Named,
  { type: "live.relay-admitted" | "live.relay-ended" | "live.life-began" }
>;

const isOfAudience = (fact: Named): fact is OfAudience =>
  ["live.relay-admitted", "live.relay-ended", "live.life-began"].includes(fact.type);

/** Who takes answers to the nodes, and which nodes count them. */
function evolveAudience(state: ShowState, fact: OfAudience): ShowState {
  switch (fact.type) {
    case "live.relay-admitted": {
      const { relay, number, until, at } = fact.data;
      // A new token of the same relay ends the one before.
      const others = endRelay(state.relays, (each) => each.relay === relay);
      const current = others.filter((each) => each.until > at);
      return { ...state, relays: [...current, { relay, number, until, isEnded: false }] };
    }
    case "live.relay-ended":
      return {
        ...state,
        relays: endRelay(state.relays, ({ number }) => number === fact.data.number),
      };
    case "live.life-began": {
      const { node, epoch, before: told, at } = fact.data;
      return { ...state, lives: [...state.lives, { node, epoch, before: told, at }] };
    }
  }
}

function evolveShow(state: ShowState, fact: Exclude<Named, OfAudience>): ShowState {
  switch (fact.type) {
    case "live.added":
    case "live.changed":
      return {
        ...state,
        ...{ definition: fact.data.definition, plan: fact.data.plan, version: state.version + 1 },
      };
    case "live.corrected": {
      const { question } = fact.data;
      const asked = askedOf(state, question);
      return {
        ...state,
        definition: state.definition && withWords(state.definition, fact.data),
        asked: { ...state.asked, [question]: { ...asked, version: asked.version + 1 } },
      };
    }
    case "live.doors-opened":
      return {
        ...before,
        plan: state.plan,
        ...{ definition: fact.data.definition, run: fact.data.run, doorsAt: fact.data.at },
      };
    case "live.finished": {
      const { at, eraseAt, forgetAt } = fact.data;
      return { ...state, finishedAt: at, eraseAt, forgetAt };
    }
    case "live.ranked":
      return { ...state, finalists: fact.data.finalists };
    case "live.consented": {
      const { index, at, nth } = fact.data;
      const others = state.agreed.filter((each) => each.index !== index);
      const agreements = { ...state.agreements, [index]: nth };
      return { ...state, agreed: [...others, { index, at, nth }], agreements };
    }
    case "live.withdrawn":
      return { ...state, agreed: state.agreed.filter(({ index }) => index !== fact.data.index) };
    case "live.erasing":
      return { ...state, erasingAt: fact.data.at };
    case "live.erased":
      return { ...state, erasedAt: fact.data.at };
    default: {
      const { question } = fact.data;
      const spent = fact.type === "live.publishing" ? fact.data.epsilonThousandths : 0;
      return {
        ...state,
        asked: { ...state.asked, [question]: evolveQuestion(askedOf(state, question), fact) },
        spentThousandths: state.spentThousandths + spent,
      };
    }
  }
}

const without = (known: Shows, ...names: string[]): Shows =>
  Object.fromEntries(Object.entries(known).filter(([name]) => !names.includes(name)));

/** What was still to be done for a rehearsal when it began anew says nothing of the new one. */
const isOfOtherRun = (fact: Named, { run }: ShowState): boolean =>
  fact.type !== "live.doors-opened" && "run" in fact.data && (fact.data.run ?? run) !== run;

/** All shows and their rehearsals: a fact changes the one that it names; a removed show takes its rehearsal along. */
export const shows: Model<Shows, ShowFact> = {
  initial: {},
  evolve: (known, fact) => {
    const { show } = fact.data;
    if (fact.type === "live.removed") return without(known, show, `${show}${rehearsalEnd}`);
    const state = stateOf(known, show);
    if (isOfOtherRun(fact, state)) return known;
    const next = isOfAudience(fact) ? evolveAudience(state, fact) : evolveShow(state, fact);
    return { ...known, [show]: next };
  },
};
