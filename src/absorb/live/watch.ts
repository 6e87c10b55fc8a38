import { perCastor } from "#kernel";
import type { LiveTold } from "./contract/orders.ts";

type Figures = LiveTold["figures"];
type NodeHeard = { node: number; at: number; figures: Figures };
type RunHeard = {
  nodes: Map<number, NodeHeard>;
  /** Recorded answers of all nodes so far, at the end of each second in which something was heard. */
  totals: Map<number, number>;
  /** Of seconds in which answers came fast: what they took of the processor, and how many they were. */
  busy: { cpuSeconds: number; answers: number };
  /** The latest cells by node and question. */
  cells: Map<number, Map<number, readonly number[]>>;
};

const secondsKeptMax = 3_600;
const runsKeptMax = 20;
const secondMs = 1_000;

/** What nodes told lately, by run: known again within a second after a restart. */
export class Watch {
  readonly #runs = new Map<string, RunHeard>();

  hear({ run, node, at, figures, questions }: LiveTold): void {
    const known = this.#run(run);
    measure(known, node, at, figures);
    known.nodes.set(node, { node, at, figures });
    const cells = known.cells.get(node) ?? new Map<number, readonly number[]>();
    for (const each of questions) if (each.cells) cells.set(each.question, each.cells);
    known.cells.set(node, cells);
    const sum = [...known.nodes.values()].reduce((all, each) => all + each.figures.recorded, 0);
    const second = Math.floor(at / secondMs);
    known.totals.set(second, Math.max(sum, known.totals.get(second) ?? 0));
    const [oldest] = known.totals.keys();
    if (known.totals.size > secondsKeptMax && oldest !== undefined) known.totals.delete(oldest);
  }

  /** Processor time of one answer in µs, over what was busy of this run; undefined before there was enough of it. */
  answerUs(run: string): number | undefined {
    const { cpuSeconds = 0, answers = 0 } = this.#runs.get(run)?.busy ?? {};
    return answers < measuredAnswersMin ? undefined : (cpuSeconds * 1e6) / answers;
  }

  /** The same as the slowest of the nodes found it when it warmed up. */
  warmUpUs(run: string): number | undefined {
    const found = this.nodes(run).flatMap(({ figures }) => figures.answerUs ?? []);
    return found.length === 0 ? undefined : Math.max(...found);
  }

  nodes(run: string): NodeHeard[] {
    return [...(this.#runs.get(run)?.nodes.values() ?? [])].toSorted((a, b) => a.node - b.node);
  }

  /** Exact counts of a question as last told: `cells[choice × groups + group]`. */
  cells(run: string, question: number): number[] {
    const each = [...(this.#runs.get(run)?.cells.values() ?? [])].flatMap((node) => [
      node.get(question) ?? [],
    ]);
    const length = Math.max(0, ...each.map((cells) => cells.length));
    return Array.from({ length }, (_, at) =>
      each.reduce((sum, cells) => sum + (cells[at] ?? 0), 0),
    );
  }

  /** Answers in each second from a moment on, up to another one. */
  arrivals(run: string, from: number, to: number): number[] {
    const totals = this.#runs.get(run)?.totals;
    if (totals === undefined) return [];
    const first = Math.floor(from / secondMs);
    const last = Math.min(Math.floor(to / secondMs), first + secondsKeptMax);
    let before = [...totals].findLast(([second]) => second < first)?.[1] ?? 0;
    return Array.from({ length: Math.max(0, last - first) }, (_, n) => {
      const total = totals.get(first + n) ?? before;
      const came = Math.max(0, total - before);
      before = total;
      return came;
    });
  }

  #run(run: string): RunHeard {
    const known = this.#runs.get(run);
    if (known) return known;
    const [oldest] = this.#runs.keys();
    if (this.#runs.size >= runsKeptMax && oldest !== undefined) this.#runs.delete(oldest);
    const busy = { cpuSeconds: 0, answers: 0 };
    const fresh: RunHeard = { nodes: new Map(), totals: new Map(), cells: new Map(), busy };
    this.#runs.set(run, fresh);
    return fresh;
  }
}

/** Slower than this, the process does more of other things than of answers. */
const busyPerSecondMin = 2_000;
const measuredAnswersMin = 10_000;
const gapMsMax = 2_000;

function measure(known: RunHeard, node: number, at: number, figures: Figures): void {
  const before = known.nodes.get(node);
  if (before === undefined || figures.perSecond < busyPerSecondMin) return;
  const elapsedMs = at - before.at;
  const answers = figures.recorded - before.figures.recorded;
  if (elapsedMs <= 0 || elapsedMs > gapMsMax || answers <= 0) return;
  known.busy.cpuSeconds += (figures.cpuShare * elapsedMs) / 1_000;
  known.busy.answers += answers;
}

export const watchOf = perCastor(() => new Watch());
