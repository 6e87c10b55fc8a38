import type { Published, QuestionResult } from "./contract/queries.ts";
import { groupCount, placesOf, type ShowShape } from "./contract/shape.ts";

/** What was published of a question, as anybody may read it. */
export function resultOf(
  shape: ShowShape,
  id: string,
  { cells, threshold, at, price }: Published,
): QuestionResult | undefined {
  const question = shape.questions.find((each) => each.id === id);
  if (question === undefined) return undefined;
  const groups = groupCount(shape);
  const counts = (group: number): (number | null)[] =>
    question.choices.map((_, choice) => cells[choice * groups + group] ?? null);
  const all = Array.from({ length: groups }, (_, group) => ({
    values: placesOf(shape, group).map((place, n) => shape.dimensions[n]?.values[place] ?? ""),
    counts: counts(group),
  }));
  return {
    ...{ id, text: question.text, choices: question.choices, right: question.right ?? null },
    ...{ publishedAt: at, epsilon: price / 1_000, threshold },
    totals: question.choices.map((_, choice) =>
      all.reduce((sum, each) => sum + (each.counts[choice] ?? 0), 0),
    ),
    hidden: cells.filter((cell) => cell === null).length,
    groups: all.filter((each) => each.counts.some((count) => count !== null)),
  };
}
