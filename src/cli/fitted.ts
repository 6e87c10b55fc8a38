import { cut, widthOf } from "./ink.ts";

export type Column = {
  name: string;
  cells: readonly string[];
  isRight: boolean;
  /** No row has anything there. */
  isEmpty: boolean;
};

const gapColumns = 2;
/** A text that is cut says at least so much. */
const cutColumnsMin = 24;

const widthOfColumn = ({ name, cells }: Column): number =>
  cells.reduce((most, each) => Math.max(most, widthOf(each)), widthOf(name));
const least = (column: Column, at: number): number =>
  // What comes first names the row: it is there to be copied.
  at === 0 || column.isRight
    ? widthOfColumn(column)
    : Math.min(widthOfColumn(column), cutColumnsMin);
const sum = (widths: readonly number[]): number =>
  widths.reduce((all, each) => all + each, gapColumns * (widths.length - 1));

/** The columns that a width has room for. What is empty in every row goes first, then the last ones; long texts are cut. */
export function fitted(
  all: readonly Column[],
  columnsMax: number,
): { columns: Column[]; leftOut: string[] } {
  if (sum(all.map(widthOfColumn)) <= columnsMax) return { columns: [...all], leftOut: [] };
  const kept = all.filter(({ isEmpty }, at) => at === 0 || !isEmpty);
  const leftOut: string[] = [];
  while (kept.length > 1 && sum(kept.map(least)) > columnsMax)
    leftOut.unshift(kept.pop()?.name ?? "");
  const widthsBelow = (most: number): number[] =>
    kept.map((column, at) => Math.min(widthOfColumn(column), Math.max(most, least(column, at))));
  // The widest give first.
  let most = columnsMax;
  while (most > cutColumnsMin && sum(widthsBelow(most)) > columnsMax) most -= 1;
  const widths = widthsBelow(most);
  const columns = kept.map((column, at) => ({
    ...column,
    cells: column.cells.map((each) => cut(each, widths[at] ?? 0)),
  }));
  return { columns, leftOut };
}
