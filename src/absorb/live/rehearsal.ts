import type { CrowdFigures } from "./generator/crowd.ts";
import { ackMsP99Max, outcome } from "./contract/outcomes.ts";

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

/** How often it is looked how many answers are acknowledged. */
export const paceEveryMs = 100;
const looksOfSecond = 1_000 / paceEveryMs;

/** How many were acknowledged by each moment from the reveal on. */
export class Pace {
  private readonly upTo: number[] = [0];

  /** So many have been acknowledged so long after the reveal. */
  look(afterMs: number, acknowledged: number): void {
    const place = Math.max(0, Math.floor(afterMs / paceEveryMs));
    // A look that was missed saw what the one before did.
    while (this.upTo.length <= place) this.upTo.push(this.upTo.at(-1) ?? 0);
    this.upTo[place] = acknowledged;
  }

  /** Answers within the busiest second, wherever that second begins. */
  busiest(): number {
    const { upTo } = this;
    return Math.max(...upTo.map((all, at) => all - (upTo[Math.max(0, at - looksOfSecond)] ?? 0)));
  }

  perSecond(): number[] {
    const { upTo } = this;
    const seconds = Math.ceil((upTo.length - 1) / looksOfSecond);
    const at = (second: number): number =>
      upTo[Math.min(upTo.length - 1, second * looksOfSecond)] ?? 0;
    return Array.from({ length: seconds }, (_, n) => at(n + 1) - at(n));
  }
}

/** One line of "as planned, as it was", and what to do where it is not good: lines that fit a narrow terminal. */
export type Compared = {
  what: string;
  planned: string;
  was: string;
  isGood: boolean;
  todo: readonly string[];
};
export type Rehearsed = {
  answers: number;
  peakPlanned: number;
  answerUsPlanned: number;
  /** Acknowledged within the busiest second. */
  peak: number;
  counted: number;
  /** Null when too few came to tell. */
  answerUs: number | null;
  figures: readonly CrowdFigures[];
};

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const lateShareMax = 0.001;
const peakOffMax = 0.25;
const costOffMax = 1.25;

/** Answers that were acknowledged as counted. */
export const recordedOf = (figures: readonly CrowdFigures[]): number =>
  figures.reduce((sum, each) => sum + (each.outcomes[outcome.recorded] ?? 0), 0);

/** What was driven at the system beside what came of it. */
export function compare(of: Rehearsed): Compared[] {
  const recorded = recordedOf(of.figures);
  const p99 = Math.max(0, ...of.figures.map(({ ackMs }) => ackMs.p99));
  const lost = of.figures.reduce((sum, each) => sum + each.lost, 0);
  const rows: Omit<Compared, "todo">[] = [
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
      // One whose acknowledgement was lost with its connection counts all the same.
      isGood: of.counted >= recorded && of.counted <= of.answers,
    },
    {
      what: "busiest second",
      planned: `${whole.format(of.peakPlanned)}/s`,
      was: `${whole.format(of.peak)}/s`,
      isGood: Math.abs(of.peak / of.peakPlanned - 1) <= peakOffMax,
    },
    {
      what: "acknowledged, 99 % within",
      planned: `${ackMsP99Max} ms`,
      was: `${p99.toFixed(1)} ms`,
      isGood: p99 <= ackMsP99Max,
    },
    { what: "connections lost", planned: "0", was: String(lost), isGood: lost === 0 },
  ];
  rows.push({
    what: "processor time of an answer",
    planned: `${of.answerUsPlanned.toFixed(1)} µs`,
    was: of.answerUs === null ? "too few to tell" : `${of.answerUs.toFixed(1)} µs`,
    isGood: of.answerUs === null || of.answerUs <= of.answerUsPlanned * costOffMax,
  });
  return rows.map((row) => ({ ...row, todo: row.isGood ? [] : todoOf(row.what, of) }));
}

/** What to do about a line that is not as planned. */
function todoOf(what: string, { peak, peakPlanned, answerUs }: Rehearsed): readonly string[] {
  if (what === "busiest second" && peak > peakPlanned)
    return [
      "They came in bursts: something stood still between them, the nodes or the",
      "crowd's own machine. Rehearse again while nothing else runs.",
    ];
  if (what === "processor time of an answer")
    return [`Plan with it: plan.costs.answerUs: ${answerUs?.toFixed(1)}, then castor live plan.`];
  return advice[what] ?? [];
}

const full = "castor live on-air says what was full: more nodes, more cores, a faster disk.";
const advice: Readonly<Record<string, readonly string[]>> = {
  "answers acknowledged": [
    "Some were late or never acknowledged. Open the question longer, or",
    full,
  ],
  "counted, of what was acknowledged": [
    "This must not be: castor log, and do not go on air with it.",
  ],
  "busiest second": ["It could not keep up, or the crowd's own machine could not.", full],
  "acknowledged, 99 % within": [full],
  "connections lost": ["castor log and logs/live-0.log say why nodes let go of them."],
};
