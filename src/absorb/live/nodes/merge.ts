import type { LiveTold } from "../contract/orders.ts";

type Counted = { epoch: string; cells: Map<number, Uint32Array> };

/**
 * The cells of all nodes: of each life of each node the largest that was told, and those added up. Cells only grow, so what
 * is told twice, late or in another order changes nothing, and what was lost comes with the next.
 */
export class MergedCells {
  private readonly lives = new Map<string, Counted>();

  hear({ node, epoch, questions }: Pick<LiveTold, "node" | "epoch" | "questions">): void {
    const life = `${node}/${epoch}`;
    const known = this.lives.get(life) ?? { epoch, cells: new Map<number, Uint32Array>() };
    this.lives.set(life, known);
    for (const { question, cells } of questions) {
      if (!cells) continue;
      const before = known.cells.get(question);
      if (before === undefined) known.cells.set(question, Uint32Array.from(cells));
      else
        for (let at = 0; at < before.length; at++)
          before[at] = Math.max(before[at] as number, cells[at] ?? 0);
    }
  }

  /** Of one question, over all that was heard. */
  cells(question: number): Uint32Array {
    const found = [...this.lives.values()].flatMap(({ cells }) => cells.get(question) ?? []);
    const sum = new Uint32Array(Math.max(0, ...found.map(({ length }) => length)));
    for (const cells of found)
      for (let at = 0; at < cells.length; at++)
        sum[at] = (sum[at] as number) + (cells[at] as number);
    return sum;
  }
}
