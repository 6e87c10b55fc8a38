import { isAsset, isDecoy } from "./decoys.ts";
import type { ScannerSettings } from "./settings.ts";

/** So many callers are watched, and so many marked; whoever was seen first is forgotten first. */
export const watchedMax = 20_000;
const pathBytesMax = 120;
const samplesMax = 5;
/** Statuses that a search for a way in leaves behind. */
const probingStatuses = new Set([400, 403, 404]);

/** Why a caller is marked, and until when. `caller` is made up: it stands for the address where that must not be. */
export type Mark = {
  caller: string;
  address: string;
  why: "decoy" | "probing";
  paths: string[];
  at: number;
  until: number;
};

type Missed = { path: string; at: number };

/**
 * Who looks for ways in: asks for one of the decoys, or for many different things that are not there within a short time.
 * A mark is forgotten after a while. All times are given by the caller, in milliseconds of one clock.
 */
export class Scanners {
  settings: ScannerSettings;
  readonly #newId: () => string;
  readonly #missed = new Map<string, Missed[]>();
  readonly #marks = new Map<string, Mark>();

  constructor(settings: ScannerSettings, newId: () => string) {
    this.settings = settings;
    this.#newId = newId;
  }

  get hasMarks(): boolean {
    return this.#marks.size > 0;
  }
  get watched(): number {
    return this.#missed.size;
  }

  /** The mark of a caller, while it lasts. */
  markOf(address: string, now: number): Mark | undefined {
    const mark = this.#marks.get(address);
    if (mark === undefined || mark.until > now) return mark;
    this.#marks.delete(address);
    return undefined;
  }

  /** An instance answered; a new mark when that was one too many. */
  answered(address: string, of: { path: string; status: number; now: number }): Mark | undefined {
    const { status, now } = of;
    if (!probingStatuses.has(status) || this.markOf(address, now) !== undefined) return undefined;
    const path = of.path.slice(0, pathBytesMax);
    if (status === 404 && isDecoy(path, this.settings.decoys))
      return this.#mark(address, { why: "decoy", paths: [path], now });
    if (isAsset(path)) return undefined;
    const missed = this.#miss(address, path, now);
    if (missed.length < this.settings.distinctPaths) return undefined;
    const paths = missed.slice(0, samplesMax).map((each) => each.path);
    return this.#mark(address, { why: "probing", paths, now });
  }

  /** Takes over another worker's mark. */
  hear(mark: Mark, now: number): void {
    if (mark.until > now) this.#keep(mark);
  }

  /** Forgets a mark and what led to it. */
  unmark(address: string): Mark | undefined {
    const mark = this.#marks.get(address);
    this.#marks.delete(address);
    this.#missed.delete(address);
    return mark;
  }

  marked(now: number): Mark[] {
    return [...this.#marks.values()].filter(({ until }) => until > now);
  }

  #miss(address: string, path: string, now: number): Missed[] {
    const before = this.#missed.get(address) ?? [];
    const recent = before.filter((each) => each.at > now - this.settings.withinMs);
    if (!recent.some((each) => each.path === path)) recent.push({ path, at: now });
    this.#missed.delete(address);
    this.#missed.set(address, recent);
    dropOldest(this.#missed);
    return recent;
  }

  #mark(address: string, of: Pick<Mark, "why" | "paths"> & { now: number }): Mark {
    const { why, paths, now } = of;
    const until = now + this.settings.outMs;
    const mark = { caller: this.#newId(), address, why, paths, at: now, until };
    this.#keep(mark);
    return mark;
  }

  #keep(mark: Mark): void {
    this.#missed.delete(mark.address);
    this.#marks.set(mark.address, mark);
    dropOldest(this.#marks);
  }
}

function dropOldest(map: Map<string, unknown>): void {
  if (map.size <= watchedMax) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
