import type { Tables } from "../manifest/views.ts";
import type { Store } from "../stores/stores.ts";
import type { Outpost } from "./outpost.ts";

const togetherMax = 100;
/** A message of the bus takes four times that; one finding alone is always sent. */
const togetherCharsMax = 1_000_000;
const answerWithinMs = 5_000;
const againMs = 500;

/** Each finding with an id of its own, by which control counts it once. */
export type Found<F> = { id: string; finding: F };

/** Notes a finding in the transaction that found it. The store has the tables `outbox` (id, finding) and `meta` (name, value). */
export const toOutbox = (tables: Tables, finding: unknown): void =>
  tables.run("INSERT INTO outbox (finding) VALUES (?)", JSON.stringify(finding));

/** Hands what an outpost found to control in order, again and again until it was taken. */
export class Outbox<F> {
  readonly #of: {
    outpost: Outpost;
    store: Store;
    send(found: readonly Found<F>[], timeoutMs: number): Promise<unknown>;
  };
  readonly #life: string;
  #busy = false;
  #closed = false;

  constructor(of: {
    outpost: Outpost;
    store: Store;
    send(found: readonly Found<F>[], timeoutMs: number): Promise<unknown>;
  }) {
    this.#of = of;
    this.#life = storeLife(of.store, `${of.outpost.name}.${of.outpost.clock.id()}`);
    this.#plan(0);
  }

  close(): void {
    this.#closed = true;
  }

  #plan(ms: number): void {
    const { clock } = this.#of.outpost;
    clock.at(clock.now() + ms, () => void this.flush());
  }

  /** Sends what waits; comes back by itself. */
  async flush(): Promise<void> {
    if (this.#busy || this.#closed) return;
    this.#busy = true;
    let sent = 0;
    try {
      sent = await this.#send();
    } catch {
      // Control is away: it hears of it when it is back.
    } finally {
      this.#busy = false;
      if (!this.#closed) this.#plan(sent > 0 ? 0 : againMs);
    }
  }

  async #send(): Promise<number> {
    const { store, send } = this.#of;
    const rows = within(
      store.tables.all<Row>("SELECT id, finding FROM outbox ORDER BY id LIMIT ?", togetherMax),
    );
    const last = rows.at(-1)?.id;
    if (last === undefined) return 0;
    const found = rows.map(({ id, finding }) => ({
      id: `${this.#life}/${id}`,
      finding: JSON.parse(finding) as F,
    }));
    await send(found, answerWithinMs);
    await store.write((tables) => tables.run("DELETE FROM outbox WHERE id <= ?", last));
    return rows.length;
  }
}

type Row = { id: number; finding: string };
function within(rows: readonly Row[]): Row[] {
  let chars = 0;
  return rows.filter(({ finding }, at) => {
    chars += finding.length;
    return at === 0 || chars <= togetherCharsMax;
  });
}

/** Numbers of the outbox belong to one file: a store that was begun anew must not repeat the ids of the one before. */
function storeLife(store: Store, fresh: string): string {
  const known = store.tables.get<{ value: string }>("SELECT value FROM meta WHERE name = 'life'");
  if (known) return known.value;
  void store.write((tables) => tables.run("INSERT OR IGNORE INTO meta VALUES ('life', ?)", fresh));
  return fresh;
}
