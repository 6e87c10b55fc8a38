/** One measured line: ours, the peer's, and how they compare (above 1 means ours is ahead, whatever the unit). */
export type BenchRow = {
  what: string;
  castor: number;
  peer: number;
  peerName: string;
  ratio: number;
  unit: string;
  /** The ratio from which on a bar is kept; 1 where the bar itself stands in the peer's place. */
  bar?: number;
};

const theBar = "the bar";

/** A thousand times below a bar is as good as nothing at all. */
const farBelow = 1_000;
/** A figure that is to be no more than the bar. */
export const atMost = (what: string, castor: number, bar: number, unit: string): BenchRow => ({
  ...{ what, castor, peer: bar, peerName: theBar, unit },
  ratio: bar / Math.max(castor, bar / farBelow),
});

/** A figure that is to be no less than the bar. */
export const atLeast = (what: string, castor: number, bar: number, unit: string): BenchRow => ({
  ...{ what, castor, peer: bar, peerName: theBar, ratio: castor / bar, unit },
});

/** What must not happen at all. */
export const none = (what: string, castor: number, unit: string): BenchRow => ({
  ...{ what, castor, peer: 0, peerName: theBar, ratio: castor === 0 ? 1 : 0, unit },
});

const barOf = ({ bar, peerName }: BenchRow): number | undefined =>
  bar ?? (peerName === theBar ? 1 : undefined);

/** Whether a row keeps its bar; undefined where it has none. */
export function isKept(row: BenchRow): boolean | undefined {
  const bar = barOf(row);
  return bar === undefined ? undefined : row.ratio >= bar;
}

/** How many bars are kept, and which are not; nothing where there are none. */
export function verdict(rows: readonly BenchRow[]): string {
  const missed = rows.filter((row) => isKept(row) === false);
  const bars = rows.filter((row) => isKept(row) !== undefined).length;
  if (bars === 0) return "";
  const which = missed
    .map(({ what, peerName }) => `\n  missed: ${what}${peerName === theBar ? "" : `, ${peerName}`}`)
    .join("");
  return `${bars - missed.length} of ${bars} bars kept${which}\n`;
}

/** What a benchmark's `bench()` resolves with. */
export type BenchResult = { name: string; rows: BenchRow[] };

/** The value in the middle; NaN of none. */
export const median = (of: readonly number[]): number =>
  of.toSorted((a, b) => a - b)[of.length >> 1] ?? Number.NaN;

const figure = (value: number): string =>
  value >= 1000
    ? Math.round(value).toLocaleString("en-US").replaceAll(",", " ")
    : Number(value.toPrecision(3)).toString();

const heading = ["what", "castor", "peer", "", "ratio", "unit", "bar"];
const rightAligned = new Set([1, 2, 4]);

function barCell(row: BenchRow): string {
  const bar = barOf(row);
  return bar === undefined ? "" : `≥ ${bar.toFixed(2)}× ${isKept(row) ? "kept" : "MISSED"}`;
}

const cellsOf = (row: BenchRow): string[] => [
  row.what,
  figure(row.castor),
  figure(row.peer),
  row.peerName,
  `${row.ratio.toFixed(2)}×`,
  row.unit,
  barCell(row),
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
