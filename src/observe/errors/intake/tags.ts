import type { Tables } from "#kernel";

const tagValuesMax = 100;
/** Of some hundred bytes each. */
const knownMax = 20_000;

type Tag = { variant: number; name: string; value: string };
const add =
  "INSERT INTO tags VALUES (?, ?, ?, ?) ON CONFLICT (variant, name, value) DO UPDATE SET events = events + excluded.events";

/** Counts the values of tags; what many events of one transaction share is added once. */
export class Tags {
  /** Counted in the store already: more of them is only a sum. */
  readonly #known = new Map<string, Tag>();
  readonly #more = new Map<Tag, number>();

  /** True when one of them is new for this variant, which makes the event worth keeping. */
  note(
    tables: Tables,
    variant: number,
    tags: readonly (readonly [name: string, value: string])[],
  ): boolean {
    let isRare = false;
    for (const [name, value] of tags) {
      const key = `${variant}\n${name}\n${value}`;
      let tag = this.#known.get(key);
      if (!tag) {
        const found = find(tables, { variant, name, value });
        isRare ||= found.isNew;
        tag = found.tag;
        if (this.#known.size >= knownMax) this.#known.clear();
        this.#known.set(key, tag);
      }
      this.#more.set(tag, (this.#more.get(tag) ?? 0) + 1);
    }
    return isRare;
  }

  /** Writes what was noted in this transaction. */
  settle(tables: Tables): void {
    for (const [{ variant, name, value }, events] of this.#more)
      tables.run(add, variant, name, value, events);
    this.#more.clear();
  }

  forget(): void {
    this.#known.clear();
    this.#more.clear();
  }
}

/** A value has a row of its own, or counts with the others that are beyond the limit. */
function find(tables: Tables, tag: Tag): { tag: Tag; isNew: boolean } {
  const { variant, name, value } = tag;
  const own = "SELECT 1 FROM tags WHERE variant = ? AND name = ? AND value = ?";
  if (tables.get(own, variant, name, value)) return { tag, isNew: false };
  const { count } = tables.get<{ count: number }>(
    "SELECT count(*) AS count FROM tags WHERE variant = ? AND name = ?",
    ...[variant, name],
  ) ?? { count: 0 };
  if (count >= tagValuesMax) return { tag: { variant, name, value: "other" }, isNew: false };
  // The next new value of this transaction is to count it.
  tables.run(add, variant, name, value, 0);
  return { tag, isNew: true };
}
