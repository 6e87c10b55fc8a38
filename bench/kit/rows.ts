/** One measured line: ours, the peer's, and how they compare (above 1 means ours is ahead, whatever the unit). */
export type BenchRow = {
  what: string;
  castor: number;
  peer: number;
  peerName: string;
  ratio: number;
  unit: string;
};

/** What a benchmark's `bench()` resolves with. */
export type BenchResult = { name: string; rows: BenchRow[] };

/** The value in the middle; NaN of none. */
export const median = (of: readonly number[]): number =>
  of.toSorted((a, b) => a - b)[of.length >> 1] ?? Number.NaN;

const figure = (value: number): string =>
  value >= 1000
    ? Math.round(value).toLocaleString("en-US").replaceAll(",", " ")
    : Number(value.toPrecision(3)).toString();

const heading = ["what", "castor", "peer", "", "ratio", "unit"];
const rightAligned = new Set([1, 2, 4]);

const cellsOf = (row: BenchRow): string[] => [
  row.what,
  figure(row.castor),
  figure(row.peer),
  row.peerName,
  `${row.ratio.toFixed(2)}×`,
  row.unit,
];

/** The rows as an aligned table. */
export function table(rows: BenchRow[]): string {
  const lines = [heading, ...rows.map(cellsOf)];
  const widths = heading.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const aligned = (cell: string, column: number): string =>
    rightAligned.has(column)
      ? cell.padStart(widths[column] ?? 0)
      : cell.padEnd(widths[column] ?? 0);
  return lines.map((line) => line.map(aligned).join("  ").trimEnd()).join("\n");
}

/** Every mistake in a benchmark's rows: what would make a published figure worthless. */
export function mistakes(rows: BenchRow[]): string[] {
  const found = rows.length === 0 ? ["no rows"] : [];
  for (const row of rows) {
    for (const field of ["castor", "peer", "ratio"] as const) {
      if (!Number.isFinite(row[field])) found.push(`${row.what}: ${field} is ${row[field]}`);
    }
    if (!row.peerName) found.push(`${row.what}: the peer has no name`);
  }
  return found;
}
