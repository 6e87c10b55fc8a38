import type { CrowdFigures } from "./generator/crowd.ts";
import { outcome } from "./contract/outcomes.ts";

/** Answers that are due by each moment, as the plan's curve says: `curve` is answers in each second, `scale` the part that is sent. */
export function dueBy(curve: readonly number[], answers: number): (seconds: number) => number {
  const all = Math.max(
    1,
    curve.reduce((sum, each) => sum + each, 0),
  );
  const upTo: number[] = [0];
  for (const each of curve) upTo.push((upTo.at(-1) ?? 0) + each / all);
  return (seconds) => {
    const whole = Math.min(curve.length, Math.floor(seconds));
    const [from = 1, to = 1] = [upTo[whole], upTo[whole + 1]];
    return Math.round((from + (to - from) * (seconds - whole)) * answers);
  };
}

/** One line of "as planned, as it was". */
export type Compared = { what: string; planned: string; was: string; isGood: boolean };
export type Rehearsed = {
  answers: number;
  peakPlanned: number;
  answerUsPlanned: number;
  perSecond: readonly number[];
  counted: number;
  answerUs: number | undefined;
  figures: readonly CrowdFigures[];
};

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const lateShareMax = 0.001;
const peakOffMax = 0.25;
const costOffMax = 1.25;
const ackMsP99Max = 40;

/** What was driven at the system beside what came of it. */
export function compare(of: Rehearsed): Compared[] {
  const recorded = of.figures.reduce(
    (sum, each) => sum + (each.outcomes[outcome.recorded] ?? 0),
    0,
  );
  const p99 = Math.max(0, ...of.figures.map(({ ackMs }) => ackMs.p99));
  const lost = of.figures.reduce((sum, each) => sum + each.lost, 0);
  const peak = Math.max(0, ...of.perSecond);
  const rows: Compared[] = [
    {
      what: "answers acknowledged",
      planned: whole.format(of.answers),
      was: whole.format(recorded),
      isGood: recorded >= of.answers * (1 - lateShareMax),
    },
    {
      what: "counted, of what was acknowledged",
      planned: whole.format(recorded),
      was: whole.format(of.counted),
      isGood: of.counted === recorded,
    },
    {
      what: "busiest second",
      planned: `${whole.format(of.peakPlanned)}/s`,
      was: `${whole.format(peak)}/s`,
      isGood: Math.abs(peak / of.peakPlanned - 1) <= peakOffMax,
    },
    {
      what: "acknowledged, 99 % within",
      planned: `${ackMsP99Max} ms`,
      was: `${p99.toFixed(1)} ms`,
      isGood: p99 <= ackMsP99Max,
    },
    { what: "connections lost", planned: "0", was: String(lost), isGood: lost === 0 },
  ];
  if (of.answerUs !== undefined)
    rows.push({
      what: "processor time of an answer",
      planned: `${of.answerUsPlanned.toFixed(1)} µs`,
      was: `${of.answerUs.toFixed(1)} µs`,
      isGood: of.answerUs <= of.answerUsPlanned * costOffMax,
    });
  return rows;
}
