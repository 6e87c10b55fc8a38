import { ProblemError } from "#console";
import type { Definition } from "../contract.ts";

/** A question as it is typed; `key` stays while its name and place change. */
export type DraftQuestion = {
  key: number;
  id: string;
  text: string;
  choices: string[];
  /** -1: none is, it is a poll or a vote. */
  right: number;
  window: string;
};
/** What results are split by. */
export type DraftGroup = { key: number; id: string; values: string; isCountries: boolean };
/** A show as it is typed: text as it stands in the fields, so that nothing is lost that was not right yet. */
export type Draft = {
  show: string;
  title: string;
  participantsMax: string;
  joining: Definition["joining"];
  questions: DraftQuestion[];
  groups: DraftGroup[];
  finalists: string;
  stageShowsRight: boolean;
  keepAnswers: string;
  keepFinalists: string;
  endsAfter: string;
  /** With a comma between them. */
  origins: string;
  epsilonPerQuestion: string;
  epsilonPerShow: string;
  stageCellMin: string;
  /** With a comma between them; `nothing` where only the total is published. */
  splitBy: string;
  /** What the form has no fields for, as it was. */
  rest: Partial<Definition>;
};
/** What is wrong, by the path that Castor names it with. */
export type Mistakes = Readonly<Record<string, string>>;

/** What is written where results are not split at all. */
export const nothing = "nothing";

let lastKey = 0;
const nextKey = (): number => ++lastKey;

/** A name that is free: `question-3`, or the next. */
const freeName = (word: string, taken: readonly string[]): string => {
  for (let n = taken.length + 1; ; n++) if (!taken.includes(`${word}-${n}`)) return `${word}-${n}`;
};
export const newQuestion = (others: readonly DraftQuestion[]): DraftQuestion => {
  const id = freeName(
    "question",
    others.map((each) => each.id),
  );
  const window = others.at(-1)?.window ?? "60s";
  return { key: nextKey(), id, text: "", choices: ["", ""], right: -1, window };
};
export const newGroup = (others: readonly DraftGroup[]): DraftGroup => ({
  ...{ key: nextKey(), isCountries: false },
  // What most shows ask beside the country, as an example of how values are written.
  ...(others.some(({ id }) => id === "age")
    ? { id: "", values: "" }
    : { id: "age", values: "under 18, 18 to 24, 25 and over" }),
});
export const countriesGroup = (): DraftGroup => ({
  ...{ key: nextKey(), id: "country", values: "", isCountries: true },
});

export const emptyDraft = (): Draft => ({
  ...{ show: "", title: "", participantsMax: "100000", joining: "open" },
  questions: [newQuestion([])],
  groups: [],
  ...{ finalists: "10", stageShowsRight: false, keepAnswers: "24h", keepFinalists: "30d" },
  ...{ endsAfter: "7d", origins: "" },
  ...{
    epsilonPerQuestion: "0.1",
    epsilonPerShow: "5",
    stageCellMin: "1000",
    splitBy: "",
    rest: {},
  },
});

/** What a field shows: nothing where nothing was typed. */
const typed = (value: string | number | undefined): string => String(value ?? "");

/** A show that is there already, to be changed; or a form with something taken over, where fields may be empty. */
export function draftOf(show: string, said: Definition): Draft {
  const { privacy } = said;
  return {
    ...{ show, title: said.title, joining: said.joining },
    participantsMax: typed(said.participantsMax),
    questions: Object.entries(said.questions).map(([id, { text, choices, right, window }]) => ({
      ...{ key: nextKey(), id, text, choices: [...choices], window: typed(window) },
      right: right === undefined ? -1 : choices.indexOf(right),
    })),
    groups: Object.entries(said.dimensions).map(([id, values]) => ({
      ...{ key: nextKey(), id, isCountries: values === "countries" },
      values: values === "countries" ? "" : values.join(", "),
    })),
    ...{ finalists: typed(said.finalists), stageShowsRight: said.stageShowsRight },
    ...{ keepAnswers: typed(said.keepAnswers), keepFinalists: typed(said.keepFinalists) },
    ...{ endsAfter: typed(said.endsAfter), origins: said.origins.join(", ") },
    epsilonPerQuestion: typed(privacy.epsilonPerQuestion),
    epsilonPerShow: typed(privacy.epsilonPerShow),
    stageCellMin: typed(privacy.stageCellMin),
    splitBy: privacy.splitBy?.length === 0 ? nothing : (privacy.splitBy ?? []).join(", "),
    rest: said,
  };
}

/** A title as a name: small letters, digits and dashes. */
export const nameOf = (title: string): string =>
  title
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, "")
    .replaceAll(/[ _-]+/g, "-")
    .slice(0, 40)
    .replaceAll(/^-|-$/g, "");

/** Nothing where nothing is typed: Castor has a word for it then. What is no number is left for it to refuse. */
const numberOf = (text: string): number | string | undefined =>
  text.trim() === "" ? undefined : Number.isNaN(Number(text)) ? text : Number(text);
const textOf = (text: string): string | undefined => (text.trim() === "" ? undefined : text.trim());

const listOf = (text: string): string[] => text.split(",").flatMap((each) => textOf(each) ?? []);

/** Nothing where there is none: Castor has a word for it then. */
const someOf = (list: string[]): string[] | undefined => (list.length === 0 ? undefined : list);

/** What `live.add` and `live.change` take. */
export function definitionOf(draft: Draft): Record<string, unknown> {
  return {
    ...draft.rest,
    ...{ title: draft.title.trim(), joining: draft.joining, origins: listOf(draft.origins) },
    participantsMax: numberOf(draft.participantsMax),
    dimensions: Object.fromEntries(
      draft.groups.map(({ id, values, isCountries }) => [
        id.trim(),
        isCountries ? "countries" : listOf(values),
      ]),
    ),
    questions: Object.fromEntries(
      draft.questions.map(({ id, text, choices, right, window }) => [
        id.trim(),
        {
          ...{ text: text.trim(), window: textOf(window) },
          choices: choices.map((choice) => choice.trim()),
          ...(right >= 0 && { right: choices[right]?.trim() }),
        },
      ]),
    ),
    ...{ finalists: numberOf(draft.finalists), stageShowsRight: draft.stageShowsRight },
    ...{ keepAnswers: textOf(draft.keepAnswers), keepFinalists: textOf(draft.keepFinalists) },
    endsAfter: textOf(draft.endsAfter),
    privacy: {
      ...draft.rest.privacy,
      epsilonPerQuestion: numberOf(draft.epsilonPerQuestion),
      epsilonPerShow: numberOf(draft.epsilonPerShow),
      stageCellMin: numberOf(draft.stageCellMin),
      splitBy: draft.splitBy.trim() === nothing ? [] : someOf(listOf(draft.splitBy)),
    },
  };
}

const twice = (names: readonly string[]): string[] =>
  names.filter((name, at) => names.indexOf(name) !== at);

/** What a definition cannot say wrongly, and a form can: two of one name would be one. */
export function mistakesIn({ questions, groups }: Draft): Mistakes {
  const of = (names: readonly string[], kind: string): [string, string][] =>
    twice(names).map((name) => [`definition.${kind}.${name}`, "Two of them have this name"]);
  return Object.fromEntries([
    ...of(
      questions.map(({ id }) => id.trim()),
      "questions",
    ),
    ...of(
      groups.map(({ id }) => id.trim()),
      "dimensions",
    ),
  ]);
}

/** What Castor refused, by field; undefined where it is about no field. */
export function mistakesOf(error: unknown): Mistakes | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  const { type, detail, fields } = error.problem;
  if (type.endsWith("live.name-taken")) return { show: detail };
  if (fields.length === 0) return undefined;
  return Object.fromEntries(fields.map(({ path, message }) => [path, message]));
}

/** What is still wrong after something was typed: a mistake and those below its path are gone. */
export const withoutMended = (mistakes: Mistakes, mended: readonly string[]): Mistakes =>
  Object.fromEntries(
    Object.entries(mistakes).filter(
      ([path]) => !mended.some((each) => path === each || path.startsWith(`${each}.`)),
    ),
  );
