import type { Run } from "../contract/orders.ts";
import { groupCount, placesOf, totalsOf } from "../contract/shape.ts";
import type { StageQuestion, StageRank, StageSplit, StageTold } from "../contract/stage.ts";

/** Two digits that count: 123456 is told as 120000. */
export function rough(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  return Math.floor(count / unit) * unit;
}

const sharesOf = (counts: readonly number[], all: number): number[] =>
  counts.map((count) => Math.round((count / all) * 100));

/** Counts for each value of one dimension and each choice. */
function countsBy(
  { shape }: Run,
  { cells, choices, dimension }: { cells: ArrayLike<number>; choices: number; dimension: number },
): number[][] {
  const groups = groupCount(shape);
  const values = shape.dimensions[dimension]?.values ?? [];
  const counts = values.map(() => Array.from({ length: choices }, () => 0));
  for (let group = 0; group < groups; group++) {
    const of = counts[placesOf(shape, group)[dimension] ?? 0];
    if (of === undefined) continue;
    for (let choice = 0; choice < choices; choice++)
      of[choice] = (of[choice] ?? 0) + (cells[choice * groups + group] ?? 0);
  }
  return counts;
}

const sum = (counts: ArrayLike<number>): number =>
  Array.prototype.reduce.call(
    counts,
    (all, each) => (all as number) + (each as number),
    0,
  ) as number;

function splitsOf(run: Run, cells: ArrayLike<number>, choices: number): StageQuestion["splits"] {
  const isByGroup = cells.length === groupCount(run.shape) * choices;
  if (!isByGroup) return [];
  return run.shape.dimensions.map(({ id, values }, dimension) => {
    const counts = countsBy(run, { cells, choices, dimension });
    const told = values.flatMap((value, place): StageSplit[] => {
      const of = counts[place] ?? [];
      const all = sum(of);
      // Fewer than this might point at somebody.
      return all < run.stageCellMin
        ? []
        : [{ value, answered: rough(all), shares: sharesOf(of, all) }];
    });
    return { dimension: id, values: told };
  });
}

function phaseAt(order: Run["questions"][number], now: number): StageQuestion["phase"] | undefined {
  switch (order.state) {
    case "coming":
      return undefined;
    case "revealed":
      return now < order.revealAt ? "revealed" : now < order.closesAt ? "open" : "closed";
    default:
      return order.state;
  }
}

export type StageNow = {
  now: number;
  connections: number;
  /** The place of the question that is on, or was last. */
  place: number | undefined;
  /** Its exact count over all nodes: `cells[choice × groups + group]`, or `cells[choice]` once groups are erased. */
  cells: ArrayLike<number>;
  ranking: StageRank[] | null;
};

function questionTold(run: Run, { now, place = -1, cells }: StageNow): StageQuestion | null {
  const question = run.shape.questions[place];
  const order = run.questions[place];
  const phase = order && phaseAt(order, now);
  if (question === undefined || order === undefined || phase === undefined) return null;
  const { revealAt = null, closesAt = null } = order.state === "revealed" ? order : {};
  const times = { place, phase, revealAt, closesAt };
  const silent = { text: null, choices: [], right: null, answered: 0, shares: null, splits: [] };
  if (phase === "armed" || phase === "revealed") return { ...times, ...silent };
  const isRightTold = phase === "closed" || run.showsRight;
  const counts = [...totalsOf(cells, question.choices.length)];
  const all = sum(counts);
  return {
    ...{ ...times, text: question.text, choices: question.choices },
    right: isRightTold ? (question.right ?? null) : null,
    answered: rough(all),
    shares: all < run.stageCellMin ? null : sharesOf(counts, all),
    splits: splitsOf(run, cells, question.choices.length),
  };
}

/**
 * What the stage is told: rough shares of large cells. It is not differentially private, and does not claim to be; what is
 * published afterwards is.
 */
export function stageTold(run: Run, now: StageNow): StageTold {
  return {
    ...{ at: now.now, run: run.run, title: run.title, countries: run.countries },
    connections: rough(now.connections),
    questions: run.shape.questions.length,
    question: questionTold(run, now),
    ranking: now.ranking,
    hasResults: (run.published ?? 0) > 0,
  };
}
