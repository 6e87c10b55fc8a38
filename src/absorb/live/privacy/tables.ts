import type { PublishedTable } from "../contract/queries.ts";
import {
  type Dimension,
  groupCount,
  groupOf,
  placesOf,
  type ShowShape,
  totalsOf,
} from "../contract/shape.ts";
import type { Promises } from "../contract/show.ts";
import type { RandomBytes } from "./chance.ts";
import { noisyCells } from "./publication.ts";

/** Something that is published of each question: the dimensions it is split by (none: the total), and its part of the price. */
export type Table = { by: readonly string[]; epsilonThousandths: number };

type Audience = Pick<ShowShape, "dimensions">;
type Wanted = Pick<Promises, "epsilonPerQuestion" | "splitBy">;

/** The total, and one table for each dimension unless something else is wanted. */
const splitsOf = ({ dimensions }: Audience, splitBy: Promises["splitBy"]): string[][] => [
  [],
  ...(splitBy ?? dimensions.map(({ id }) => [id])),
];

/**
 * What is published of a question. Everybody is in one cell of each table, so epsilon adds up over the tables (sequential
 * composition, Dwork and Roth 2014, 3.16): parts are whole thousandths and their sum is the price, the remainder the total's.
 */
export function tablesOf(audience: Audience, { epsilonPerQuestion, splitBy }: Wanted): Table[] {
  // A show of before that has less to spend than a thousandth each publishes fewer tables, and never spends more.
  const splits = splitsOf(audience, splitBy).slice(0, epsilonPerQuestion);
  const part = Math.floor(epsilonPerQuestion / splits.length);
  const rest = epsilonPerQuestion - part * splits.length;
  return splits.map((by, at) => ({ by, epsilonThousandths: part + (at === 0 ? rest : 0) }));
}

/** The dimensions of a table, in the show's order. */
export const dimensionsIn = ({ dimensions }: Audience, by: readonly string[]): Dimension[] =>
  dimensions.filter(({ id }) => by.includes(id));

/** The counts of a table: groups that differ only in what it is not split by are one. */
function marginal(
  audience: Audience,
  { counts, by }: { counts: ArrayLike<number>; by: readonly string[] },
): Uint32Array {
  const groups = groupCount(audience);
  const dimensions = dimensionsIn(audience, by);
  const kept = groupCount({ dimensions });
  const cells = new Uint32Array((counts.length / groups) * kept);
  for (let group = 0; group < groups; group++) {
    const places = placesOf(audience, group).filter((_, n) =>
      dimensions.some((each) => each === audience.dimensions[n]),
    );
    const to = groupOf({ dimensions }, places);
    for (let choice = 0; choice * groups < counts.length; choice++) {
      const cell = choice * kept + to;
      cells[cell] = (cells[cell] as number) + (counts[choice * groups + group] as number);
    }
  }
  return cells;
}

type Exact = { counts: ArrayLike<number>; choices: number };

/**
 * Draws the tables of a question, each with noise of its own. What each choice got of all is told always: that there are
 * choices is no secret, and its noise hides everybody. Once groups are erased that is all there is, and the whole price is its.
 */
export function drawTables(
  audience: Audience,
  { counts, choices }: Exact,
  { delta, ...wanted }: Wanted & Pick<Promises, "delta">,
  random: RandomBytes,
): PublishedTable[] {
  const isByGroup = counts.length === groupCount(audience) * choices;
  const tables = tablesOf(audience, isByGroup ? wanted : { ...wanted, splitBy: [] });
  return tables.map(({ by, epsilonThousandths }) => {
    const isTotal = by.length === 0;
    const exact = isTotal ? totalsOf(counts, choices) : marginal(audience, { counts, by });
    const terms = { epsilonThousandths, delta: isTotal ? 0 : delta };
    return { by: [...by], epsilonThousandths, ...noisyCells(exact, terms, random) };
  });
}
