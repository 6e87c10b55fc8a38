import type { Compared } from "../../absorb/live/rehearsal.ts";
import { barsOf } from "../figures.ts";
import { ink, table } from "../ink.ts";
import type { Terminal } from "../terminal.ts";

const chartColumns = 64;
export const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

type Charted = { show: string; curve: readonly number[]; perSecond: readonly number[] };

/** One line that says how far it is, where a person watches. */
export function teller(terminal: Terminal, of: { answers: number; windowMs: number }) {
  return (afterMs: number, acknowledged: number): void => {
    if (!terminal.isInteractive) return;
    const seconds = Math.min(of.windowMs, afterMs) / 1_000;
    const time = `${seconds.toFixed(0)} of ${of.windowMs / 1_000} s`;
    const done = `${whole.format(acknowledged)} of ${whole.format(of.answers)} acknowledged`;
    terminal.err(`\r\x1b[2K${afterMs < of.windowMs ? `${time}, ${done}` : ""}`);
  };
}

/** The comparison, what to do about it, and both curves. */
export function print(rows: readonly Compared[], of: Charted, terminal: Terminal): void {
  const { green, yellow, dim } = ink(terminal);
  const lines = rows.map(({ what, planned, was, isGood }) => [
    isGood ? green("✓") : yellow("!"),
    what,
    planned,
    was,
  ]);
  const most = Math.max(...of.curve, ...of.perSecond);
  terminal.out(
    `${table([["", dim("what"), dim("planned"), dim("was")], ...lines], { right: [2, 3] })}\n\n`,
  );
  // Below the table, so that its columns stay narrow.
  for (const { what, todo } of rows)
    if (todo.length > 0)
      terminal.out(`${yellow("!")} ${what}\n${todo.map((line) => `  ${line}\n`).join("")}`);
  if (rows.some(({ isGood }) => !isGood)) terminal.out("\n");
  terminal.out(`${dim("Answers in each second, as planned and as they came")}\n`);
  for (const values of [of.curve, of.perSecond])
    terminal.out(`  ${barsOf(values, chartColumns, most)}\n`);
  terminal.out(
    dim(`\nThe show is as it was; the rehearsal goes on until\n  castor live finish ${of.show}\n`),
  );
}
