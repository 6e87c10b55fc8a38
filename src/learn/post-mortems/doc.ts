import { type Actor, ERASED } from "#kernel";
import type { ActionItem, Comment, Head, PostMortem, Written } from "./contract.ts";
import { unpacked } from "./document.ts";
import type { PostMortemEvent } from "./post-mortem.ts";

/** A post-mortem as the facts leave it: all but what is read from the log when somebody looks. */
export type Doc = Omit<PostMortem, "rows" | "isCut" | "exam" | "lengths"> & {
  fingerprint: string | null;
  rows: Record<string, { isShown: boolean; annotation?: string }>;
  answers: Partial<Record<string, NonNullable<PostMortem["exam"][number]["answer"]>>>;
  /** What was told to be due, by the action or "" for the text itself. */
  reminded: Record<string, { dueAt: number; times: number; at: number }>;
  /** An imported one, whole. */
  imported?: PostMortem;
};
type When = { at: number; by: Actor };

const nowhere = { detect: null, acknowledge: null, mitigate: null, resolve: null };
export const noLengths: PostMortem["lengths"] = nowhere;

function begun(
  data: Extract<PostMortemEvent, { type: "post-mortems.drafted" }>["data"],
  { at, by }: When,
): Doc {
  const { postMortem, incident, template, sections, dueAt, owner, fingerprint } = data;
  return {
    ...{ postMortem, incident, template, dueAt, fingerprint },
    ...(owner === undefined ? {} : { owner }),
    ...{ title: incident, severity: "sev3", services: [], state: "draft", draftedAt: at },
    ...{ publishedAt: null, startedAt: at, budget: null, actions: [], comments: [] },
    times: {
      ...{ started: at, detected: at, declared: at, acknowledged: null },
      ...{ mitigated: null, resolved: null, reviewed: null },
    },
    impact: { from: at, to: at, services: [] },
    sections: sections.map((each) => ({ ...each, version: 0, at, by })),
    ...{
      rows: {},
      answers: {},
      reminded: {},
      recurrences: [],
      graph: { version: 0, factors: [], links: [] },
    },
  };
}

/** What a fact changes; nothing where the post-mortem is not known. */
export function folded(doc: Doc | undefined, event: PostMortemEvent, when: When): Doc | undefined {
  if (event.type === "post-mortems.drafted") return begun(event.data, when);
  if (event.type === "post-mortems.imported") return importedDoc(event.data, when);
  return doc && { ...doc, ...changeBy(doc, event, when) };
}

function importedDoc(
  data: Extract<PostMortemEvent, { type: "post-mortems.imported" }>["data"],
  { at }: When,
): Doc | undefined {
  if (data.document === ERASED) return undefined;
  const whole = JSON.parse(unpacked(data.document)) as PostMortem;
  const { postMortem, manifest, epoch } = data;
  const origin = { epoch, manifest, at };
  const imported: PostMortem = { ...whole, postMortem, state: "imported", origin };
  return { ...imported, fingerprint: null, rows: {}, answers: {}, reminded: {}, imported };
}

function changeBy(doc: Doc, { type, data }: PostMortemEvent, { at, by }: When): Partial<Doc> {
  switch (type) {
    case "post-mortems.measured": {
      const { postMortem: _, ...figures } = data;
      return { ...figures, startedAt: figures.times.started };
    }
    case "post-mortems.template-used":
      return {
        template: data.template,
        sections: reformed(doc.sections, data.sections, { at, by }),
      };
    case "post-mortems.written":
      return {
        sections: doc.sections.map((each) =>
          each.id === data.section
            ? { ...each, text: data.text, version: data.version, at, by }
            : each,
        ),
      };
    case "post-mortems.row-chosen": {
      const { position, isShown, note } = data;
      const row = { isShown, ...(note === undefined ? {} : { annotation: note }) };
      return { rows: { ...doc.rows, [position]: row } };
    }
    case "post-mortems.judged": {
      const { criterion, score, says } = data;
      return { answers: { ...doc.answers, [criterion]: { score, says, by, at } } };
    }
    case "post-mortems.drawn":
      return { graph: { version: data.version, factors: data.factors, links: data.links } };
    case "post-mortems.cause-named":
      return { cause: data.cause };
    default:
      return standingAfter(doc, { type, data } as PostMortemEvent, { at, by });
  }
}

/** Where it stands, and what people say about it. */
function standingAfter(doc: Doc, { type, data }: PostMortemEvent, { at, by }: When): Partial<Doc> {
  switch (type) {
    case "post-mortems.moved":
      return { state: data.to, ...(data.to === "published" ? { publishedAt: at } : {}) };
    case "post-mortems.assigned":
      return { dueAt: data.dueAt, ...(data.owner === undefined ? {} : { owner: data.owner }) };
    case "post-mortems.reminded": {
      const { action = "", dueAt, times } = data;
      return { reminded: { ...doc.reminded, [action]: { dueAt, times, at } } };
    }
    case "post-mortems.recurred": {
      const { incident, why, undone } = data;
      return { state: "draft", recurrences: [...doc.recurrences, { incident, why, undone, at }] };
    }
    case "post-mortems.commented":
    case "post-mortems.comment-settled":
      return {
        comments: commentsAfter(doc.comments, { type, data } as PostMortemEvent, { at, by }),
      };
    default:
      return { actions: actionsAfter(doc.actions, { type, data } as PostMortemEvent, at) };
  }
}

/** The template's sections with what is written in them, then those that it lacks. */
const reformed = (
  known: readonly Written[],
  wanted: readonly { id: string; title: string; hint: string }[],
  when: When,
): Written[] =>
  wanted.map(({ id, title, hint }) => {
    const before = known.find((each) => each.id === id);
    if (!before) return { id, title, hint, text: "", version: 0, ...when };
    return title === "" ? before : { ...before, title, hint };
  });

function commentsAfter(known: Comment[], { type, data }: PostMortemEvent, when: When): Comment[] {
  if (type === "post-mortems.commented") {
    const { comment, section, text } = data;
    const of = section === undefined ? {} : { section };
    return [...known, { comment, text, ...of, ...when, isSettled: false }];
  }
  if (type !== "post-mortems.comment-settled") return known;
  return known.map((each) =>
    each.comment === data.comment ? { ...each, isSettled: data.isSettled } : each,
  );
}

function actionsAfter(
  known: ActionItem[],
  { type, data }: PostMortemEvent,
  at: number,
): ActionItem[] {
  if (!("action" in data)) return known;
  const set = (of: Partial<ActionItem>): ActionItem[] =>
    known.map((each) => (each.action === data.action ? { ...each, ...of } : each));
  switch (type) {
    case "post-mortems.action-added": {
      const { postMortem: _, ...of } = data;
      return [...known, { ...of, state: "open", doneAt: null }];
    }
    case "post-mortems.action-changed": {
      const { postMortem: _, ...of } = data;
      return set(of);
    }
    case "post-mortems.action-done":
      return set({ state: "done", doneAt: at, ...(data.release ? { release: data.release } : {}) });
    case "post-mortems.action-dropped":
      return set({ state: "dropped", reason: data.reason });
    case "post-mortems.action-reopened":
      return set({ state: "open", reason: data.reason, doneAt: null });
    case "post-mortems.action-filed":
      return set({ link: data.link });
    default:
      return known;
  }
}

export const headOf = (doc: Doc): Head => {
  const { postMortem, incident, title, severity, services, state, owner, cause } = doc;
  return {
    ...{ postMortem, incident, title, severity, services, state, actions: doc.actions },
    ...(owner === undefined ? {} : { owner }),
    ...(cause === undefined ? {} : { cause }),
    ...{ draftedAt: doc.draftedAt, dueAt: doc.dueAt, publishedAt: doc.publishedAt },
    startedAt: doc.startedAt,
    openComments: doc.comments.filter(({ isSettled }) => !isSettled).length,
    recurrences: doc.recurrences.map((each) => each.incident),
  };
};

/** All the words of a post-mortem, for the search. */
export const wordsOf = (doc: Doc): string =>
  [
    ...doc.sections.map(({ title, text }) => `${title} ${text}`),
    ...doc.graph.factors.map(({ text }) => text),
    ...doc.actions.map(({ says }) => says),
    ...Object.values(doc.rows).map(({ annotation = "" }) => annotation),
    ...doc.services,
  ].join("\n");

/** A date that somebody has to keep; `action` is "" where the text itself is due. */
export type Due = { action: string; says: string; dueAt: number; owner?: string | undefined };

/** What is due, some day or already: the text until it is published, and every open action. */
export function duesOf({ state, dueAt, owner, title, actions }: Doc): Due[] {
  if (state === "imported") return [];
  const text =
    dueAt === null || state === "published" ? [] : [{ action: "", says: title, dueAt, owner }];
  const open = actions.flatMap((each) =>
    each.state === "open" && each.dueAt !== null
      ? [{ action: each.action, says: each.says, dueAt: each.dueAt, owner: each.owner ?? owner }]
      : [],
  );
  return [...text, ...open];
}
