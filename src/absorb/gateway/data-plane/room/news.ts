import type { DeskReport, Timed } from "../../../waiting-room/workers/contract.ts";

/** A message on the bus takes so many people easily. */
const partMax = 20_000;

type Told = {
  waiting: Map<string, number>;
  stayed: Map<string, number>;
  came: Map<string, number>;
  left: Set<string>;
  began: number;
};
type Known = NonNullable<DeskReport["known"]>;

const nothing = (): Told => ({
  ...{ waiting: new Map(), stayed: new Map(), came: new Map(), left: new Set(), began: 0 },
});

/** What a desk has to tell the hub: kept until the hub has answered, and told again when it did not. */
export class News {
  #next = nothing();
  #told = nothing();
  #parts: Known[] = [];
  /** What was lent when the hub was asked last. */
  lentAside = 0;

  waits(id: string, since: number): void {
    this.#next.waiting.set(id, since);
  }
  stayed(id: string, until: number): void {
    this.#next.stayed.set(id, until);
  }
  came(id: string, at: number): void {
    this.#next.came.set(id, at);
  }
  left(id: string): void {
    this.#next.stayed.delete(id);
    this.#next.left.add(id);
  }
  set began(count: number) {
    this.#next.began = count;
  }
  get began(): number {
    return this.#next.began;
  }

  /** A hub that is new is told everything, in parts. */
  tellAll(known: Known): void {
    this.#parts = [];
    const longest = Math.max(...Object.values(known).map(({ length }) => length));
    for (let from = 0; from === 0 || from < longest; from += partMax) {
      const part = (all: readonly Timed[]): Timed[] => all.slice(from, from + partMax);
      this.#parts.push({
        ...{ inside: part(known.inside), waiting: part(known.waiting) },
        ...{ expected: part(known.expected), entered: part(known.entered) },
      });
    }
  }

  /** More is to be told than fitted into one message. */
  get hasMore(): boolean {
    const { waiting, stayed, came, left } = this.#next;
    const most = Math.max(waiting.size, stayed.size, came.size, left.size);
    return this.#parts.length > 0 || most >= partMax;
  }

  take(): Omit<DeskReport, "room" | "worker" | "hub" | "wanted" | "claims"> {
    const next = this.#next;
    const told: Told = {
      ...{ waiting: new Map(firstOf(next.waiting)), stayed: new Map(firstOf(next.stayed)) },
      ...{ came: new Map(firstOf(next.came)), left: new Set(firstOf(next.left)) },
      began: next.began,
    };
    for (const what of ["waiting", "stayed", "came", "left"] as const)
      for (const id of told[what].keys()) next[what].delete(id);
    next.began = 0;
    this.#told = told;
    const { waiting, stayed, came, left, began } = told;
    const [known] = this.#parts;
    return {
      ...{ waiting: [...waiting], stayed: [...stayed], came: [...came], left: [...left], began },
      ...(known === undefined ? {} : { known }),
      hasMore: this.#parts.length > 1,
    };
  }

  heard(): void {
    this.#told = nothing();
    this.#parts.shift();
  }

  giveBack(): void {
    const [told, next] = [this.#told, this.#next];
    this.#told = nothing();
    this.#next = {
      waiting: new Map([...told.waiting, ...next.waiting]),
      stayed: new Map([...told.stayed, ...next.stayed]),
      came: new Map([...told.came, ...next.came]),
      left: new Set([...told.left, ...next.left]),
      began: told.began + next.began,
    };
  }
}

/** As many as fit into one message. */
function firstOf<T>(all: Iterable<T>): T[] {
  const found: T[] = [];
  for (const each of all) {
    if (found.length === partMax) break;
    found.push(each);
  }
  return found;
}
