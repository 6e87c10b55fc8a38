import * as z from "zod";
import type { TokenKind } from "./outcomes.ts";

export * from "./outcomes.ts";

/** A question's place in its show is one byte on the wire and in the log. */
export const questionsMax = 255;
/** A first answer is kept in four bits, of which zero says that there is none. */
export const choicesMax = 15;
export const participantsMaxMax = 100_000_000;
/** For how long a question may take answers. */
export const windowMsMin = 1_000;
export const windowMsMax = 7 * 86_400_000;
/** Combinations of dimension values: one cell each for every choice of a question. */
export const groupsMax = 16_384;
/** A right answer's time is 24 bits of milliseconds in the log, and so is a participant's sum over the show. */
export const scoredMsMax = 2 ** 24 - 1;

const Id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "Small letters, digits and dashes");
const line = (max: number): z.ZodString => z.string().trim().min(1).max(max);

/** Something about a participant with few values, fixed at registration: country, age group. */
export const Dimension = z.object({
  id: Id,
  values: z.array(line(60)).min(1).max(1_000),
});
export type Dimension = z.infer<typeof Dimension>;

export const QuestionShape = z.object({
  id: Id,
  text: line(500),
  choices: z.array(line(200)).min(2).max(choicesMax),
  /** Which choice is right, from 0; nothing for a poll or a vote. */
  right: z
    .number()
    .int()
    .min(0)
    .max(choicesMax - 1)
    .optional(),
  /** How long after its reveal an answer is taken. */
  windowMs: z.number().int().min(windowMsMin).max(windowMsMax),
});
export type QuestionShape = z.infer<typeof QuestionShape>;

/** What is counted: a show, or anything else in which everybody has one answer to each question. */
export const ShowShape = z
  .object({
    id: Id,
    dimensions: z.array(Dimension).max(4),
    questions: z.array(QuestionShape).min(1).max(questionsMax),
    /** Indices of participants run from 0 up to, not including, this. */
    participantsMax: z.number().int().min(1).max(participantsMaxMax),
  })
  .superRefine((show, context) => {
    const mistake = (message: string, ...path: (string | number)[]): void =>
      context.addIssue({ code: "custom", path, message });
    if (groupCount(show) > groupsMax)
      mistake(`The dimensions have more than ${groupsMax} combinations`, "dimensions");
    for (const [n, { right, choices }] of show.questions.entries())
      if (right !== undefined && right >= choices.length)
        mistake("There is no such choice", "questions", n, "right");
    const scored = show.questions.filter((each) => each.right !== undefined);
    if (scored.reduce((sum, each) => sum + each.windowMs, 0) > scoredMsMax)
      mistake(`The windows of questions with a right answer are over ${scoredMsMax} ms together`);
    if (new Set(show.questions.map((each) => each.id)).size < show.questions.length)
      mistake("Two questions have the same id", "questions");
  });
export type ShowShape = z.infer<typeof ShowShape>;

/** How many groups (combinations of dimension values) an audience has. */
export const groupCount = (show: { dimensions: readonly Dimension[] }): number =>
  show.dimensions.reduce((product, { values }) => product * values.length, 1);

/** The number of a group: the first dimension turns slowest. One value's place for each dimension, in order. */
export const groupOf = (
  show: { dimensions: readonly Dimension[] },
  places: readonly number[],
): number =>
  show.dimensions.reduce((group, { values }, n) => group * values.length + (places[n] ?? 0), 0);

/** The places of a group's values, one for each dimension; `groupOf` backwards. */
export function placesOf(
  show: { dimensions: readonly Dimension[] },
  group: number,
): readonly number[] {
  const places: number[] = [];
  let rest = group;
  for (const { values } of show.dimensions.toReversed()) {
    places.unshift(rest % values.length);
    rest = Math.floor(rest / values.length);
  }
  return places;
}

/**
 * Answers for each choice, over all groups: of `cells[choice × groups + group]`, and of `cells[choice]`, which is what is left
 * after an erasure.
 */
export function totalsOf(cells: ArrayLike<number>, choices: number): Uint32Array {
  const groups = cells.length / choices;
  const totals = new Uint32Array(choices);
  for (let at = 0; at < cells.length; at++) {
    const choice = Math.floor(at / groups);
    totals[choice] = (totals[choice] as number) + (cells[at] as number);
  }
  return totals;
}

/** What a token says. It names nobody: the index is a number given out at registration. */
export type TokenFields = {
  kind: TokenKind;
  /** The node that counts this participant: `index` modulo the number of nodes. */
  node: number;
  index: number;
  group: number;
  /** Unix time in seconds from which it is not taken any more. */
  expiresS: number;
};
