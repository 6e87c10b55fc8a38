import type { CounterDef, Millis } from "../contract.ts";
import { type Cell, emptyCell, mergeCells } from "./cell.ts";
import type { Labels } from "./counters.ts";
import type { SeriesBook } from "./series-book.ts";
import type { Span } from "./slots.ts";
import type { RollupStore } from "./store.ts";

export type Grouping = { where?: Labels; by?: readonly string[] };
/** What a group of label sets counted, by slot. */
export type Group = { labels: Labels; slots: Map<Millis, Cell> };

export type Source = { store: RollupStore; book: SeriesBook | undefined };

/** Merges disk and memory into groups of labels; `slotAt` says which slot of the answer a count belongs to. */
export function readGroups(
  from: Source,
  of: CounterDef,
  spans: readonly Span[],
  how: Grouping & { slotAt: (at: Millis) => Millis },
): Group[] {
  const groups = new Map<string, Group>();
  const take = (labels: Labels, slot: Millis, cell: Cell): void => {
    const group = groupOf(groups, labels, how.by ?? []);
    const at = how.slotAt(slot);
    const into = group.slots.get(at) ?? emptyCell(of.kind);
    group.slots.set(at, into);
    mergeCells(into, cell);
  };
  const wanted = { spans, where: how.where ?? {} };
  for (const { labels, slot, cell } of fromDisk(from.store, of.name, wanted))
    take(labels, slot, cell);
  for (const { labels, slot, cell } of fromMemory(from.book, wanted)) take(labels, slot, cell);
  return [...groups.values()];
}

type Read = { labels: Labels; slot: Millis; cell: Cell };
type Wanted = { spans: readonly Span[]; where: Labels };

function* fromDisk(store: RollupStore, name: string, { spans, where }: Wanted): Generator<Read> {
  for (const series of store.seriesOf(name)) {
    if (!isWanted(series.labels, where)) continue;
    for (const { step, from, to } of spans)
      for (const row of store.rows(series, step, from, to)) yield { labels: series.labels, ...row };
  }
}

function* fromMemory(book: SeriesBook | undefined, { spans, where }: Wanted): Generator<Read> {
  for (const { labels, cells } of book?.live() ?? []) {
    if (!isWanted(labels, where)) continue;
    for (const [slot, cell] of cells)
      if (spans.some(({ from, to }) => slot >= from && slot < to)) yield { labels, slot, cell };
  }
}

const isWanted = (labels: Labels, where: Labels): boolean =>
  Object.entries(where).every(([name, value]) => labels[name] === value);

function groupOf(groups: Map<string, Group>, labels: Labels, by: readonly string[]): Group {
  const values = by.map((name) => labels[name] ?? "");
  const key = values.join("\u001f");
  const known = groups.get(key);
  if (known) return known;
  const own = Object.fromEntries(by.map((name, at) => [name, values[at] ?? ""] as const));
  const made: Group = { labels: own, slots: new Map() };
  groups.set(key, made);
  return made;
}
