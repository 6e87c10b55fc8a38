import type { CounterKind } from "../contract.ts";
import { DdSketch } from "./ddsketch.ts";
import { hash32 } from "./hash.ts";
import { HyperLogLog } from "./hyperloglog.ts";

/** What was added to one sum. */
export class Sum {
  #total = 0;

  add(value: number): void {
    this.#total += value;
  }
  merge(other: Sum): void {
    this.#total += other.#total;
  }
  value(): number {
    return this.#total;
  }
}

/** What one series counted in one slot: a number or a sketch, mergeable with its like. */
export type Cell = Sum | HyperLogLog | DdSketch;

export function emptyCell(kind: CounterKind): Cell {
  if (kind === "sum") return new Sum();
  return kind === "uniques" ? new HyperLogLog() : new DdSketch();
}

export function addToCell(cell: Cell, value: number | string): void {
  if (cell instanceof HyperLogLog) cell.note(hash32(String(value)));
  else if (typeof value === "string") throw new TypeError("Only `uniques` counters take texts.");
  else if (cell instanceof Sum) cell.add(value);
  else cell.record(value);
}

export function mergeCells(into: Cell, from: Cell): void {
  if (into instanceof Sum && from instanceof Sum) into.merge(from);
  else if (into instanceof HyperLogLog && from instanceof HyperLogLog) into.merge(from);
  else if (into instanceof DdSketch && from instanceof DdSketch) into.merge(from);
  else throw new TypeError("Only counters of one kind can be merged.");
}

/** What is stored of a cell: a number, or the bytes of its sketch. */
export type StoredCell = { sum: number | null; sketch: Uint8Array | null };

export const storedOf = (cell: Cell): StoredCell =>
  cell instanceof Sum ? { sum: cell.value(), sketch: null } : { sum: null, sketch: cell.encode() };

export function cellOf(kind: CounterKind, { sum, sketch }: StoredCell): Cell {
  if (kind === "uniques") return HyperLogLog.decode(sketch ?? new Uint8Array([2]));
  if (kind === "quantiles") return sketch ? DdSketch.decode(sketch) : new DdSketch();
  const cell = new Sum();
  cell.add(sum ?? 0);
  return cell;
}
