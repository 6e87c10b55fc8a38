import { HyperLogLog, type Tables } from "#kernel";

/** Four kilobytes each. */
const sketchesMax = 2_000;

/** Who had which variant: sketches that were touched lately, so that most events need not read or write theirs. */
export class Sketches {
  readonly #known = new Map<number, HyperLogLog>();
  readonly #changed = new Map<number, HyperLogLog>();

  note(tables: Tables, variant: number, hash: number): void {
    let sketch = this.#known.get(variant);
    if (!sketch) {
      sketch = sketchOf(tables, variant);
      const [oldest] = this.#known.keys();
      if (this.#known.size >= sketchesMax && oldest !== undefined) this.#known.delete(oldest);
      this.#known.set(variant, sketch);
    }
    if (sketch.note(hash)) this.#changed.set(variant, sketch);
  }

  /** Writes what was noted in this transaction. */
  settle(tables: Tables): void {
    for (const [variant, sketch] of this.#changed)
      tables.run("INSERT OR REPLACE INTO people VALUES (?, ?)", variant, sketch.encode());
    this.#changed.clear();
  }

  forget(): void {
    this.#known.clear();
    this.#changed.clear();
  }
}

function sketchOf(tables: Tables, variant: number): HyperLogLog {
  const find = "SELECT users FROM people WHERE variant = ?";
  const row = tables.get<{ users: Uint8Array }>(find, variant);
  return row ? HyperLogLog.decode(row.users) : new HyperLogLog();
}
