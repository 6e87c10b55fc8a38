/** A stretch of a picture that has seven days in each row; `left` and `width` are shares of the row. */
export type Piece = { row: number; left: number; width: number; begins: boolean; ends: boolean };
type Span = { from: number; to: number };

const daysPerRow = 7;

/** Midnights by the reader's clocks, one more than there are days; a day is 23 or 25 hours long where clocks change. */
export function midnights(from: number, rows: number): number[] {
  const first = new Date(from);
  first.setHours(0, 0, 0, 0);
  return Array.from({ length: rows * daysPerRow + 1 }, (_, day) => {
    const midnight = new Date(first);
    midnight.setDate(first.getDate() + day);
    return midnight.getTime();
  });
}

/** A stretch in parts: those that lie within one of the others, and those that do not. */
export function apart<T extends Span>(
  stretch: T,
  others: readonly Span[],
): (T & { isWithin: boolean })[] {
  const edges = others.flatMap(({ from, to }) => [from, to]);
  const inside = edges.filter((at) => at > stretch.from && at < stretch.to);
  const cuts = [...new Set([stretch.from, ...inside, stretch.to])].toSorted((a, b) => a - b);
  return cuts.slice(1).map((to, i) => {
    const from = cuts[i] ?? stretch.from;
    return { ...stretch, from, to, isWithin: others.some((o) => o.from <= from && o.to >= to) };
  });
}

/** Where an instant is, in days from the first midnight: every day is as wide as another. */
export function daysIn(at: number, days: readonly number[]): number {
  const last = days.length - 1;
  const next = days.findIndex((midnight) => midnight > at);
  if (next === 0) return 0;
  if (next < 0) return last;
  const [begins = 0, ends = 1] = [days[next - 1], days[next]];
  return next - 1 + (at - begins) / (ends - begins);
}

/** A span as it lies in the rows; a long one goes on in the next. */
export function piecesOf({ from, to }: Span, days: readonly number[]): Piece[] {
  const [start, end] = [daysIn(from, days), daysIn(to, days)];
  const pieces: Piece[] = [];
  for (let row = Math.floor(start / daysPerRow); row * daysPerRow < end; row++) {
    const [left, right] = [row * daysPerRow, (row + 1) * daysPerRow];
    const [a, b] = [Math.max(start, left), Math.min(end, right)];
    if (b > a)
      pieces.push({
        ...{ row, left: (a - left) / daysPerRow, width: (b - a) / daysPerRow },
        begins: a === start && from >= (days[0] ?? 0),
        ends: b === end && to <= (days.at(-1) ?? 0),
      });
  }
  return pieces;
}
