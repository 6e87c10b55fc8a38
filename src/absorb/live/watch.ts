import type { LiveTold } from "./contract/orders.ts";

type Figures = LiveTold["figures"];
type NodeHeard = { node: number; at: number; figures: Figures };
type RunHeard = {
  nodes: Map<number, NodeHeard>;
  /** Recorded answers of all nodes so far, at the end of each second in which something was heard. */
  totals: Map<number, number>;
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
    const fresh: RunHeard = { nodes: new Map(), totals: new Map(), cells: new Map() };
    this.#runs.set(run, fresh);
    return fresh;
  }
}

const watches = new WeakMap<object, Watch>();

/** The watch of one Castor, found by its bus. */
export function watchOf({ bus }: { bus: object }): Watch {
  const known = watches.get(bus) ?? new Watch();
  watches.set(bus, known);
  return known;
}
