import { Desk } from "./desk.ts";
import { RoomHub } from "./hub.ts";
import type { Pass } from "./pass.ts";
import { Room, type RoomRules } from "./room.ts";

const tickMs = 1_000;
const refreshMs = 20_000;
const key = new Uint8Array(32).fill(7);

type Person = { came: number; cookie: string | undefined; pass: Pass | undefined; visits: number };
/** When someone who came then got in, in milliseconds. */
export type Entry = { came: number; at: number };
export type Outcome = {
  entries: Entry[];
  /** The minutes of those whom the room let in, in the order in which it decided. */
  decided: number[];
  activeMost: number;
  newInMinuteMost: number;
  gaveUp: number;
};

/** Small and quick; chance that can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A crowd comes through workers in virtual time; each visit may meet another worker, as connections do. */
export class Crowd {
  readonly desks: Desk[];
  readonly #hub: RoomHub;
  readonly #chance: () => number;
  readonly #rules: RoomRules;
  readonly #due: Person[][] = [];
  readonly #inside = new Map<string, number>();
  readonly #entries: Entry[] = [];
  readonly #decided: number[] = [];
  readonly #minutes = new Map<string, number>();
  #ids = 0;
  #activeMost = 0;
  #gaveUp = 0;

  constructor(rules: RoomRules, workers: number, seed: number) {
    this.#chance = seeded(seed);
    this.#rules = rules;
    this.#hub = new RoomHub(new Room(rules, this.#chance));
    const newId = (): string => String(++this.#ids).padStart(16, "0");
    const { sessionMs, patienceMs } = rules;
    const claimMs = patienceMs - 2 * tickMs;
    this.desks = Array.from(
      { length: workers },
      () => new Desk({ room: "sale", sessionMs, claimMs, key, newId }),
    );
  }

  /** So many people come within so long, and all of them stay until they were in or `untilMs` is over. */
  run(of: {
    people: number;
    arriveWithinMs: number;
    untilMs: number;
    quitShare?: number;
  }): Outcome {
    for (let i = 0; i < of.people; i++) {
      const came = this.#chance() * of.arriveWithinMs;
      this.#plan({ came, cookie: undefined, pass: undefined, visits: 0 }, came);
    }
    this.#talk(0);
    for (let now = 0; now < of.untilMs; now += tickMs) {
      for (const person of this.#due[now / tickMs] ?? [])
        this.#visit(person, now, of.quitShare ?? 0);
      delete this.#due[now / tickMs];
      this.#talk(now);
      for (const [id, until] of this.#inside) {
        if (until > now) break;
        this.#inside.delete(id);
      }
      this.#activeMost = Math.max(this.#activeMost, this.#inside.size);
    }
    return {
      entries: this.#entries,
      decided: this.#decided,
      activeMost: this.#activeMost,
      newInMinuteMost: mostWithin(this.#entries, 60_000),
      gaveUp: this.#gaveUp,
    };
  }

  #talk(now: number): void {
    for (const [i, desk] of this.desks.entries()) {
      const orders = this.#hub.hear(`worker ${i}`, desk.report(), now);
      desk.obey(orders, now);
      // All workers hear of the same people.
      for (const id of orders.admitted) {
        const minute = this.#minutes.get(id);
        if (minute !== undefined) this.#decided.push(minute);
        this.#minutes.delete(id);
      }
    }
  }

  #plan(person: Person, at: number): void {
    const tick = Math.ceil(at / tickMs);
    (this.#due[tick] ??= []).push(person);
  }

  #visit(person: Person, now: number, quitShare: number): void {
    const desk = this.desks[Math.floor(this.#chance() * this.desks.length)] ?? this.desks[0];
    if (desk === undefined) return;
    const isNew = person.cookie === undefined;
    const verdict = desk.visit(person.cookie, now);
    if (verdict.pass !== undefined) {
      person.pass = verdict.pass;
      person.cookie = desk.seal(verdict.pass);
    }
    if (!verdict.in) {
      this.#minutes.set(verdict.pass.id, verdict.pass.minute);
      if (this.#chance() < quitShare) this.#gaveUp++;
      else this.#plan(person, now + refreshMs * (0.9 + 0.2 * this.#chance()));
      return;
    }
    const { id } = person.pass ?? { id: "" };
    if (person.visits++ === 0) this.#entries.push({ came: person.came, at: now });
    if (isNew) this.#decided.push(Math.floor(now / 60_000));
    this.#inside.delete(id);
    this.#inside.set(id, now + this.#rules.sessionMs);
  }
}

/** The most entries within any span of this length. */
function mostWithin(entries: readonly Entry[], spanMs: number): number {
  const times = entries.map(({ at }) => at).toSorted((a, b) => a - b);
  let most = 0;
  let from = 0;
  for (const [to, at] of times.entries()) {
    while ((times[from] ?? at) <= at - spanMs) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
