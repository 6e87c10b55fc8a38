import type { Published, PublishedTable, QuestionResult, TableResult } from "./contract/queries.ts";
import { groupCount, placesOf, type ShowShape } from "./contract/shape.ts";
import { error95Of } from "./privacy/epsilon.ts";
import { dimensionsIn } from "./privacy/tables.ts";

function tableOf(
  shape: ShowShape,
  {
    by = shape.dimensions.map(({ id }) => id),
    cells,
    threshold,
    epsilonThousandths,
  }: PublishedTable,
  { choices, price }: { choices: number; price: number },
): TableResult {
  const dimensions = dimensionsIn(shape, by);
  const count = groupCount({ dimensions });
  const groups = Array.from({ length: count }, (_, group) => ({
    values: placesOf({ dimensions }, group).map((place, n) => dimensions[n]?.values[place] ?? ""),
    counts: Array.from({ length: choices }, (__, choice) => cells[choice * count + group] ?? null),
  }));
  const epsilon = epsilonThousandths ?? price;
  return {
    ...{ by: dimensions.map(({ id }) => id), epsilon: epsilon / 1_000, threshold },
    ...{ error95: error95Of(epsilon), hidden: cells.filter((cell) => cell === null).length },
    groups: groups.filter(({ counts }) => counts.some((each) => each !== null)),
  };
}

/** What was published of a question, as anybody may read it. */
export function resultOf(
  shape: ShowShape,
  id: string,
  { tables, at, price }: Published,
): QuestionResult | undefined {
  const question = shape.questions.find((each) => each.id === id);
  if (question === undefined) return undefined;
  const { text, choices, right = null } = question;
  const all = tables.map((each) => tableOf(shape, each, { choices: choices.length, price }));
  // Old publications have no total: what their groups add up to is more off, as a sum of independent noises.
  const total = all.find(({ by }) => by.length === 0) ?? all[0];
  const sumOf = (choice: number): number =>
    total?.groups.reduce((sum, { counts }) => sum + (counts[choice] ?? 0), 0) ?? 0;
  return {
    ...{ id, text, choices, right, publishedAt: at, epsilon: price / 1_000 },
    totals: total?.groups.length ? choices.map((_, choice) => sumOf(choice)) : [],
    error95: Math.ceil((total?.error95 ?? 0) * Math.sqrt(total?.groups.length ?? 0)),
    tables: all.filter(({ by }) => by.length > 0),
  };
}
