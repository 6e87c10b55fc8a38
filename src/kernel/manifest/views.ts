import type { Event, EventDef, EventLike, EventOf } from "../contract.ts";
import type { Replayed } from "../log/log.ts";

/** A fold of events in memory, kept over restarts by snapshots. `V` must be plain JSON, or `save` and `load` make it so. */
export type View<V = unknown> = {
  kind: "view";
  name: string;
  /** Raise it when the fold changes: older snapshots are thrown away and the view is rebuilt. */
  version: number;
  from: readonly EventDef[];
  empty(): V;
  apply(view: V, recorded: Replayed): V;
  save(view: V): unknown;
  load(saved: unknown): V;
};

/** Declares a fold in memory. `apply` may change the view in place and return it. */
export function view<V, D extends EventLike>(
  name: string,
  of: {
    version?: number;
    from: readonly D[];
    empty(): V;
    apply(view: V, recorded: Replayed<EventOf<D>>): V;
    save?(view: V): unknown;
    load?(saved: unknown): V;
  },
): View<V> {
  const same = (value: unknown) => value;
  return { kind: "view", version: 1, save: same, load: same, name, ...of } as unknown as View<V>;
}

type Param = string | number | bigint | null | Uint8Array;

/** SQL over a capability's own tables; prepared statements are cached by their text. */
export type Tables = {
  run(sql: string, ...params: Param[]): void;
  all<R>(sql: string, ...params: Param[]): R[];
  get<R>(sql: string, ...params: Param[]): R | undefined;
};

/** What a table may know of a fact besides the fact: its words, and whether it holds personal data in clear. */
export type AboutFact = { says(event: Event): string; personal(event: Event): boolean };

/** A fold of events into SQLite tables, for what is large. */
export type TableView = {
  kind: "table";
  name: string;
  version: number;
  from: readonly EventDef[] | "all";
  /** DDL. Every table's name starts with the view's name, dots as underscores, so that it can be dropped and rebuilt. */
  schema: string;
  apply(tables: Tables, recorded: Replayed, about: AboutFact): void;
};

/** Declares a fold into tables; the cursor moves in the same transaction, so each event is applied once. */
export function table<D extends EventLike>(
  name: string,
  of: {
    version?: number;
    from: readonly D[] | "all";
    schema: string;
    apply(tables: Tables, recorded: Replayed<EventOf<D>>, about: AboutFact): void;
  },
): TableView {
  return { kind: "table", version: 1, name, ...of } as unknown as TableView;
}
