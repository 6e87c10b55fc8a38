import { sizeText } from "../figures.ts";
import { ink, table } from "../ink.ts";
import type { Terminal } from "../terminal.ts";
import type { Progress } from "./run-crowd.ts";
import type { Quantiles, Report } from "./report.ts";

const barColumns = 24;

const grouped = (value: number): string =>
  Math.round(value).toLocaleString("en-US").replaceAll(",", " ");
const shortMs = (ms: number): string =>
  ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms >= 100 ? ms.toFixed(0) : ms.toFixed(1)} ms`;

/** The line that shows how a run is doing. */
export function progressLine(progress: Progress, terminal: Terminal): string {
  const { cyan, dim, red } = ink(terminal);
  const share = Math.min(1, progress.elapsedSeconds / Math.max(0.001, progress.ofSeconds));
  const full = Math.round(share * barColumns);
  const bar = cyan("█".repeat(full)) + dim("░".repeat(barColumns - full));
  const errors = `${grouped(progress.errors)} errors`;
  return [
    `${bar} ${progress.elapsedSeconds.toFixed(0)}/${progress.ofSeconds.toFixed(0)} s`,
    `${grouped(progress.perSecond)} req/s`,
    `p50 ${shortMs(progress.latencyMs.p50)}`,
    `p99 ${shortMs(progress.latencyMs.p99)}`,
    `${grouped(progress.inFlight)} in flight`,
    progress.errors > 0 ? red(errors) : errors,
  ].join("  ");
}

const byName = (counts: Record<string, number>): string[][] =>
  Object.entries(counts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => [name, grouped(count)]);

const quantileRow = (name: string, of: Quantiles): string[] => [
  name,
  ...[of.p50, of.p90, of.p99, of.p999, of.max, of.mean].map(shortMs),
];

function totals(report: Report): string[][] {
  return [
    ["requests", grouped(report.requests)],
    ["per second", report.perSecond.toFixed(1)],
    ["lasted", `${report.seconds.toFixed(1)} s${report.stoppedEarly ? " (stopped)" : ""}`],
    ["people", grouped(report.people)],
    ["connections", grouped(report.connections)],
    ["received", sizeText(report.bytes)],
    ...(report.resent > 0 ? [["sent again", grouped(report.resent)]] : []),
    ...(report.notSent > 0 ? [["not sent", grouped(report.notSent)]] : []),
  ];
}

/** The report for people. */
export function renderReport(report: Report, terminal: Terminal): string {
  const { bold, dim, red, green } = ink(terminal);
  const heading = (text: string): string => `\n${bold(text)}\n`;
  const errors = grouped(report.errors);
  const parts = [
    bold(`${report.curve} crowd at ${report.target}`),
    ...report.notes.map((note) => dim(note)),
    table(totals(report), { right: [1], indent: 2 }),
    heading("answers") +
      table([...byName(report.statuses), ...byName(report.failures)], { right: [1], indent: 2 }),
    heading("waiting") +
      table(
        [
          ["", "p50", "p90", "p99", "p99.9", "max", "mean"],
          quantileRow("since meant", report.latencyMs),
          quantileRow("since sent", report.answerMs),
        ],
        { right: [1, 2, 3, 4, 5, 6], indent: 2 },
      ),
    heading("slowest") +
      table(
        report.slowest
          .slice(0, 5)
          .map((each) => [shortMs(each.meanMs), `${grouped(each.requests)} ×`, each.path]),
        { right: [0, 1], indent: 2 },
      ),
    `\n${report.errors > 0 ? red(`${errors} errors`) : green("no errors")}`,
  ];
  return `${parts.join("\n")}\n`;
}
