import { type LiveTold, nodesMax } from "../contract/orders.ts";
import { totalsOf } from "../contract/shape.ts";

/** What a life of a node has counted: only ever more. */
type Counted = { recorded: number; cells: Map<number, Uint32Array> };
type Told = Pick<LiveTold, "node" | "epoch" | "questions"> & {
  figures: Pick<LiveTold["figures"], "recorded">;
};

/** Of one run: a node that loses its disk again and again must not fill the memory of whoever listens. */
const livesMax = 4 * nodesMax;

/** Which life of which node: with an empty folder under its old name it begins another one. */
export const lifeOf = ({ node, epoch }: { node: number; epoch: string }): string =>
  `${node}/${epoch}`;

/**
 * The counts of all nodes: of each life of each node the largest that was told, and those added up. Cells only grow, so what
 * is told twice, late or in another order changes nothing, and what was lost comes with the next. Once a node tells of a
 * question by choice only, because groups are erased, nothing is known by group of any node.
 */
export class MergedCells {
  readonly #lives = new Map<string, Counted>();

  /** False for a life too many, which is left out. */
  hear({ node, epoch, questions, figures }: Told): boolean {
    const life = lifeOf({ node, epoch });
    const known = this.#lives.get(life) ?? { recorded: 0, cells: new Map<number, Uint32Array>() };
    if (this.#lives.size >= livesMax && !this.#lives.has(life)) return false;
    this.#lives.set(life, known);
    known.recorded = Math.max(known.recorded, figures.recorded);
    for (const { question, cells } of questions) {
      if (!cells) continue;
      const told = this.#together(question, Uint32Array.from(cells));
      const before = known.cells.get(question);
      if (before === undefined) known.cells.set(question, told);
      else
        for (let at = 0; at < before.length; at++)
          before[at] = Math.max(before[at] as number, told[at] ?? 0);
    }
    return true;
  }

  /** What is told, and all that is known, in as few cells as the one of them that has fewest. */
  #together(question: number, told: Uint32Array): Uint32Array {
    for (const { cells } of this.#lives.values()) {
      const known = cells.get(question);
      if (known === undefined || known.length === told.length) continue;
      if (known.length < told.length) return totalsOf(told, known.length);
      cells.set(question, totalsOf(known, told.length));
    }
    return told;
  }

  /** Of one question, over all that was heard. */
  cells(question: number): Uint32Array {
    const found = [...this.#lives.values()].flatMap(({ cells }) => cells.get(question) ?? []);
    const sum = new Uint32Array(Math.max(0, ...found.map(({ length }) => length)));
    for (const cells of found)
      for (let at = 0; at < cells.length; at++)
        sum[at] = (sum[at] as number) + (cells[at] as number);
    return sum;
  }

  /** Answers of all questions. */
  get recorded(): number {
    return [...this.#lives.values()].reduce((sum, { recorded }) => sum + recorded, 0);
  }

  /** What one life has counted, as it was told last. */
  of(life: { node: number; epoch: string }): Readonly<Counted> | undefined {
    return this.#lives.get(lifeOf(life));
  }
}
