import { HyperLogLog, type Tables } from "#kernel";

/** Four kilobytes each. */
const sketchesMax = 2_000;

/** The sketches of users that were touched lately, so that most events need not read or write theirs. */
export class Sketches {
  readonly #known = new Map<number, HyperLogLog>();

  /** Notes a user of a variant: the sketch to write, when that changed it. */
  note(tables: Tables, variant: number, hash: number): Uint8Array | undefined {
    let sketch = this.#known.get(variant);
    if (!sketch) {
      const row = tables.get<{ users: Uint8Array | null }>(
        "SELECT users FROM variants WHERE id = ?",
        variant,
      );
      sketch = row?.users ? HyperLogLog.decode(row.users) : new HyperLogLog();
      const [oldest] = this.#known.keys();
      if (this.#known.size >= sketchesMax && oldest !== undefined) this.#known.delete(oldest);
      this.#known.set(variant, sketch);
    }
    return sketch.note(hash) ? sketch.encode() : undefined;
  }

  forget(): void {
    this.#known.clear();
  }
}
