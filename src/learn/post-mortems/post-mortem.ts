import type { Actor, Decide, Decision, EventOf, Facts, Model } from "#kernel";
import type { Config } from "./config.ts";
import * as contract from "./contract.ts";
import type { Criterion, Graph, Section, State } from "./contract.ts";
import { templateOf } from "./config.ts";

export type PostMortemEvent = EventOf<(typeof contract.postMortemFacts)[number]>;
export type ActionState = { state: "open" | "done" | "dropped"; of: contract.Action };

/** What decisions about one post-mortem need to know of it. */
export type PostMortemModel = {
  incident?: string;
  state: State;
  /** The version of each section. */
  sections: Readonly<Record<string, number>>;
  graph: number;
  comments: ReadonlyMap<string, boolean>;
  actions: Readonly<Record<string, ActionState>>;
  owner?: string | undefined;
  dueAt: number | null;
  cause?: string;
  /** Whoever asked for the review that is under way. */
  askedBy?: string | undefined;
  recurredIn: ReadonlySet<string>;
};

export const streamOf = (postMortem: string): string => `post-mortems/${postMortem}`;
/** The post-mortem of an incident has its number. */
export const nameFor = (incident: string): string => incident.replace(/^inc-/, "pm-");

export const postMortemModel: Model<PostMortemModel, PostMortemEvent> = {
  initial: {
    ...{ state: "draft", sections: {}, graph: 0, actions: {}, dueAt: null },
    ...{ comments: new Map(), recurredIn: new Set() },
  },
  evolve: (state, event) => ({ ...state, ...changeBy(state, event) }),
};

function changeBy(
  state: PostMortemModel,
  { type, data }: PostMortemEvent,
): Partial<PostMortemModel> {
  switch (type) {
    case "post-mortems.drafted": {
      const { incident, dueAt, owner, sections } = data;
      return { incident, dueAt, owner, sections: versionsOf(state.sections, sections) };
    }
    case "post-mortems.imported":
      return { incident: "", state: "imported" };
    case "post-mortems.template-used":
      return { sections: versionsOf(state.sections, data.sections) };
    case "post-mortems.written":
      return { sections: { ...state.sections, [data.section]: data.version } };
    case "post-mortems.drawn":
      return { graph: data.version };
    case "post-mortems.cause-named":
      return { cause: data.cause };
    case "post-mortems.commented":
      return { comments: new Map(state.comments).set(data.comment, false) };
    case "post-mortems.comment-settled":
      return { comments: new Map(state.comments).set(data.comment, data.isSettled) };
    case "post-mortems.moved":
      return { state: data.to, askedBy: data.askedBy };
    case "post-mortems.assigned":
      return { owner: data.owner, dueAt: data.dueAt };
    case "post-mortems.recurred":
      return { recurredIn: new Set(state.recurredIn).add(data.incident), state: "draft" };
    default:
      return actionChangeBy(state, { type, data } as PostMortemEvent);
  }
}

const versionsOf = (
  known: PostMortemModel["sections"],
  sections: readonly { id: string }[],
): PostMortemModel["sections"] =>
  Object.fromEntries(sections.map(({ id }) => [id, known[id] ?? 0]));

function actionChangeBy(
  { actions }: PostMortemModel,
  { type, data }: PostMortemEvent,
): Partial<PostMortemModel> {
  if (!("action" in data) || data.action === undefined) return {};
  const known = actions[data.action];
  const set = (of: Partial<ActionState>): Partial<PostMortemModel> =>
    known ? { actions: { ...actions, [known.of.action]: { ...known, ...of } } } : {};
  switch (type) {
    case "post-mortems.action-added": {
      const { postMortem: _, ...of } = data;
      return { actions: { ...actions, [data.action]: { state: "open", of } } };
    }
    case "post-mortems.action-changed": {
      const { postMortem: _, ...of } = data;
      return set({ of });
    }
    case "post-mortems.action-done":
      return set({ state: "done" });
    case "post-mortems.action-dropped":
      return set({ state: "dropped" });
    case "post-mortems.action-reopened":
      return set({ state: "open" });
    default:
      return {};
  }
}

export type Decides<I> = Decide<
  I & { postMortem: string },
  PostMortemModel,
  PostMortemEvent,
  Config
>;
/** Whoever says "me" means the account that speaks. */
export const accountOf = (person: string, by: Actor): string => (person === "me" ? by.id : person);

type No = Decision<PostMortemEvent> | undefined;

/** What is there and ours: an imported one is read, not written. */
export const must = (state: PostMortemModel): No => {
  if (state.incident === undefined) return contract.unknownPostMortem();
  return state.state === "imported"
    ? contract.wrongState("It came from another Castor, and stays as it was written there.")
    : undefined;
};
/** The text changes before somebody has said that it is right, not after. */
const mustBeOpen = (state: PostMortemModel): No =>
  must(state) ??
  (state.state === "draft" || state.state === "in-review"
    ? undefined
    : contract.wrongState(`It is ${state.state}; take it back to draft first.`));

/** Compare and set: whoever began with an older version is told, and nothing of either is lost. */
export const write: Decides<{ section: string; text: string; base: number }> = (
  { postMortem, section, text, base },
  state,
) => {
  const no = mustBeOpen(state);
  if (no) return no;
  const version = state.sections[section];
  if (version === undefined)
    return contract.unknownItem(
      `There is no section ${section}: ${Object.keys(state.sections).join(", ")}.`,
    );
  if (version !== base)
    return contract.changedMeanwhile(
      `${section} has version ${version} now, and this began with ${base}. Look at both, then write on from ${version}.`,
      { version },
    );
  return [contract.written({ postMortem, section, version: version + 1, text })];
};

export const chooseRow: Decides<{ position: number; shown: boolean; note?: string | undefined }> = (
  { postMortem, position, shown, note },
  state,
) =>
  mustBeOpen(state) ?? [
    contract.rowChosen({ postMortem, position, isShown: shown, ...(note ? { note } : {}) }),
  ];

export const judge: Decides<{ criterion: Criterion; score: number; says: string }> = (
  { postMortem, criterion, score, says },
  state,
) => mustBeOpen(state) ?? [contract.judged({ postMortem, criterion, score, says })];

export const draw: Decides<Graph & { base: number }> = (
  { postMortem, factors, links, base },
  state,
) => {
  const no = mustBeOpen(state);
  if (no) return no;
  if (state.graph !== base)
    return contract.changedMeanwhile(
      `The graph has version ${state.graph} now, and this began with ${base}.`,
      { version: state.graph },
    );
  const ids = new Set(factors.map(({ id }) => id));
  if (ids.size < factors.length) return contract.badGraph("Two factors have the same id.");
  const loose = links.find(({ from, to }) => !ids.has(from) || !ids.has(to));
  if (loose)
    return contract.badGraph(
      `A link goes from ${loose.from} to ${loose.to}, and one of them is no factor.`,
    );
  if (links.some(({ from, to }) => from === to))
    return contract.badGraph("Nothing makes itself possible.");
  if (new Set(links.map(({ from, to }) => `${from} ${to}`)).size < links.length)
    return contract.badGraph("A link is there twice.");
  return [contract.drawn({ postMortem, factors, links, version: base + 1 })];
};

export const nameCause: Decides<{ cause: (typeof contract.causes)[number] }> = (
  { postMortem, cause },
  state,
) =>
  mustBeOpen(state) ?? (state.cause === cause ? [] : [contract.causeNamed({ postMortem, cause })]);

const commentsMax = 500;
/** Comments may follow at any time: a reader of a published one has something to add. */
export const comment: Decides<{
  text: string;
  section?: string | undefined;
  comment?: string | undefined;
}> = ({ postMortem, text, section, comment: given }, state, { id, actor }) => {
  const no = must(state);
  if (no) return no;
  const name = given ?? id();
  if (state.comments.has(name)) return [];
  if (state.comments.size >= commentsMax)
    return contract.tooMany(`${commentsMax} comments are as many as it may have.`);
  if (section !== undefined && state.sections[section] === undefined)
    return contract.unknownItem(`There is no section ${section}.`);
  return [
    contract.commented({
      ...{ postMortem, comment: name, text, author: actor.id },
      ...(section === undefined ? {} : { section }),
    }),
  ];
};
export const settle: Decides<{ comment: string; settled: boolean }> = (
  { postMortem, comment: name, settled },
  state,
) => {
  const no = must(state);
  if (no) return no;
  const isSettled = state.comments.get(name);
  if (isSettled === undefined) return contract.unknownItem("There is no such comment.");
  return isSettled === settled
    ? []
    : [contract.commentSettled({ postMortem, comment: name, isSettled: settled })];
};

/** What may follow what. */
export const follows: Readonly<Record<State, readonly State[]>> = {
  draft: ["in-review"],
  "in-review": ["draft", "reviewed"],
  reviewed: ["draft", "published"],
  published: ["draft"],
  imported: [],
};
export const move: Decides<{ to: State; says?: string | undefined }> = (
  { postMortem, to, says },
  state,
  { actor, config },
) => {
  const no = must(state);
  if (no) return no;
  if (state.state === to) return [];
  if (!follows[state.state].includes(to))
    return contract.wrongState(
      `From ${state.state} it can become ${follows[state.state].join(" or ") || "nothing else"}.`,
    );
  if (to === "reviewed" && config.reviewByAnother && state.askedBy === actor.id)
    return contract.wrongState(
      "Whoever asked for the review may not give it (post-mortems.reviewByAnother).",
    );
  return [
    contract.moved({
      ...{ postMortem, from: state.state, to },
      ...(says ? { says } : {}),
      ...(to === "in-review" ? { askedBy: actor.id } : {}),
    }),
  ];
};

export const assign: Decides<{ owner?: string | undefined; dueAt?: number | null | undefined }> = (
  { postMortem, owner, dueAt },
  state,
  { actor },
) => {
  const no = must(state);
  if (no) return no;
  const next = {
    owner: owner === undefined ? state.owner : accountOf(owner, actor),
    dueAt: dueAt === undefined ? state.dueAt : dueAt,
  };
  if (next.owner === state.owner && next.dueAt === state.dueAt) return [];
  return [
    contract.assigned({
      ...{ postMortem, dueAt: next.dueAt },
      ...(next.owner === undefined ? {} : { owner: next.owner }),
    }),
  ];
};

/** What was written stays: a section that the other template lacks goes only while it is empty. */
export const useTemplate: Decides<{ template: string }> = (
  { postMortem, template },
  state,
  { config }: Facts<Config>,
) => {
  const no = mustBeOpen(state);
  if (no) return no;
  const wanted = templateOf(config, template);
  if (!wanted) return contract.unknownItem(`There is no template ${template}.`);
  const there = new Set(wanted.sections.map(({ id }) => id));
  const kept: Section[] = Object.entries(state.sections)
    .filter(([id, version]) => version > 0 && !there.has(id))
    .map(([id]) => ({ id, title: "", hint: "" }));
  return [contract.templateUsed({ postMortem, template, sections: [...wanted.sections, ...kept] })];
};
