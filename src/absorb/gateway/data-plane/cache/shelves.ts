import type { Picture, Purge, WorkerFigures } from "../../../cache/contract.ts";
import { isSameVariant, Memory, type Slot } from "./memory.ts";
import { isMeant, Purges } from "./purging.ts";
import type { Stored } from "./stored.ts";

/** What keeps stored responses over a restart. */
export type Shelf = {
  read(key: string): Stored[];
  /** Takes it if it has room, or if it was asked for often enough to earn a place. */
  put(stored: Stored, timesAsked: number): void;
  remove(key: string): void;
  purge(purge: Purge): void;
  clear(): void;
  resize(bytesMax: number): void;
  /** The number of the last purge that it has gone through. */
  purgedUpTo(): number;
  figures(): { diskEntries: number; diskBytes: number; diskBytesMax: number };
};

const noShelf: Shelf = {
  read: () => [],
  put: () => {},
  remove: () => {},
  purge: () => {},
  clear: () => {},
  resize: () => {},
  purgedUpTo: () => 0,
  figures: () => ({ diskEntries: 0, diskBytes: 0, diskBytesMax: 0 }),
};

/** Memory first, then the disk. */
export class Shelves {
  readonly memory: Memory;
  readonly #shelf: Shelf;
  readonly #purges = new Purges();

  constructor(of: { bytesMax: number; hash: (text: string) => number; shelf?: Shelf | undefined }) {
    this.memory = new Memory(of.bytesMax, of.hash);
    this.#shelf = of.shelf ?? noShelf;
    this.#purges.seen = this.#shelf.purgedUpTo();
  }

  resize({ memoryBytesMax, diskBytesMax }: Picture): void {
    this.memory.resize(memoryBytesMax);
    this.#shelf.resize(diskBytesMax);
  }

  find(key: string): Slot | undefined {
    const slot = this.memory.peek(key);
    if (slot !== undefined) return slot;
    this.memory.missed(key);
    const variants = this.#shelf.read(key);
    if (variants.length === 0) return undefined;
    for (const stored of variants.toReversed()) this.memory.keep(stored);
    return this.memory.peek(key) ?? { key, hash: 0, variants, bytes: 0 };
  }

  /** A 5xx never takes the place of a good copy. */
  keep(stored: Stored): void {
    const known = this.memory.peek(stored.key)?.variants ?? [];
    const replaced = known.find((each) => isSameVariant(each, stored));
    if (stored.status >= 500 && replaced !== undefined && replaced.status < 500) return;
    this.memory.keep(stored);
    this.#shelf.put(stored, this.memory.timesAsked(stored.key));
  }

  /** A 304 gave it new terms. */
  renewed(stored: Stored): void {
    this.#shelf.put(stored, this.memory.timesAsked(stored.key));
  }

  remove(key: string): void {
    this.memory.remove(key);
    this.#shelf.remove(key);
  }

  /** The purges of a picture that are news here; when some were missed, everything goes. */
  unseen(purges: readonly Purge[]): readonly Purge[] {
    const news = this.#purges.unseen(purges);
    if (news !== "missed") return news;
    for (const { key } of [...this.memory]) this.memory.remove(key);
    this.#shelf.clear();
    // Gone through once more, so that the disk remembers how far it is.
    return purges;
  }

  /** How many stored responses in memory it meant. */
  purge(purge: Purge, now: number): number {
    this.#purges.note(purge);
    this.#shelf.purge(purge);
    const meant = [...this.memory].flatMap(({ variants }) =>
      variants.filter((each) => isMeant(purge.target, each)),
    );
    for (const stored of meant) {
      if (purge.soft) stored.expire(now);
      else this.memory.removeVariant(stored);
    }
    return meant.length;
  }

  figures(): Omit<WorkerFigures, "worker"> {
    const { size: entries, bytes, bytesMax } = this.memory;
    return { entries, bytes, bytesMax, ...this.#shelf.figures() };
  }
}
