import { Desk, type Verdict } from "../../src/absorb/gateway/data-plane/room/desk.ts";
import type { Pass } from "../../src/absorb/gateway/data-plane/room/pass.ts";
import type { RoomPicture, RoomRules } from "../../src/absorb/waiting-room/workers/contract.ts";
import { RoomHub } from "../../src/absorb/waiting-room/hub.ts";
import { Room, type Terms } from "../../src/absorb/waiting-room/room.ts";

export const tickMs = 1_000;
const refreshMs = 20_000;
const key = new Uint8Array(32).fill(7);

export const roomRules: RoomRules = {
  ...{ activeMax: 4, newPerMinute: 3, windowMs: 60_000, order: "fifo", sessionMs: 300_000 },
  ...{ patienceMs: 60_000, refreshMsMax: 22_000, waitingMax: 200_000 },
};
export const roomPicture = (rules: RoomRules): RoomPicture => ({
  ...{ id: "sale", places: [{ hosts: [], pathPrefix: "/" }], rules, mode: "when-full", refreshMs },
  ...{ bypass: { paths: [], addresses: [] }, holdsEverything: false, status: 200, page: {} },
});

type Person = { came: number; cookie: string | undefined; pass: Pass | undefined; visits: number };
/** When someone who came then got in, in milliseconds. */
export type Entry = { came: number; at: number };
export type Outcome = {
  entries: Entry[];
  activeMost: number;
  newInWindowMost: number;
  gaveUp: number;
  /** By the room's own account. */
  inversions: number;
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
  readonly #terms: Terms;
  readonly #chance: () => number;
  readonly #due: Person[][] = [];
  readonly #inside = new Map<string, number>();
  readonly #entries: Entry[] = [];
  #hub: RoomHub;
  #hubs = 0;
  #awayUntil = 0;
  #ids = 0;
  #activeMost = 0;
  #gaveUp = 0;
  #inversions = 0;

  constructor(rules: RoomRules, workers: number, seed: number) {
    this.#chance = seeded(seed);
    this.#terms = { mode: "when-full", rules };
    const newId = (): string => String(++this.#ids).padStart(16, "0");
    const picture = roomPicture(rules);
    this.desks = Array.from({ length: workers }, () => new Desk({ picture, keys: [key], newId }));
    this.#hub = this.#newHub(0);
  }

  /** Control dies, and is back after so long, knowing nothing. */
  restartHub(now: number, afterMs: number): void {
    this.#inversions += this.#hub.room.fairness.audit("sale").inversions;
    this.#awayUntil = now + afterMs;
    this.#hub = this.#newHub(this.#awayUntil);
  }
  #newHub(now: number): RoomHub {
    return new RoomHub(new Room(this.#terms, this.#chance), `hub ${++this.#hubs}`, now);
  }

  /** So many people come within so long, and all of them stay until they were in or `untilMs` is over. */
  run(of: {
    people: number;
    arriveWithinMs: number;
    untilMs: number;
    quitShare?: number;
    controlDiesAtMs?: number;
  }): Outcome {
    for (let i = 0; i < of.people; i++) {
      const came = this.#chance() * of.arriveWithinMs;
      this.#plan({ came, cookie: undefined, pass: undefined, visits: 0 }, came);
    }
    for (let now = 0; now < of.untilMs; now += tickMs) {
      if (now === of.controlDiesAtMs) this.restartHub(now, 5_000);
      for (const desk of this.desks) this.#talk(desk, now);
      for (const person of this.#due[now / tickMs] ?? [])
        this.#visit(person, now, of.quitShare ?? 0);
      delete this.#due[now / tickMs];
      for (const [id, until] of this.#inside) {
        if (until > now) break;
        this.#inside.delete(id);
      }
      this.#activeMost = Math.max(this.#activeMost, this.#inside.size);
    }
    return {
      entries: this.#entries,
      activeMost: this.#activeMost,
      newInWindowMost: mostWithin(this.#entries, this.#terms.rules.windowMs),
      gaveUp: this.#gaveUp,
      inversions: this.#inversions + this.#hub.room.fairness.audit("sale").inversions,
    };
  }

  #talk(desk: Desk, now: number, of: { wanted: number; claims: string[] } = nobody): void {
    desk.isLinked = now >= this.#awayUntil;
    if (!desk.isLinked) return;
    const worker = `worker ${this.desks.indexOf(desk)}`;
    const { length } = this.desks;
    const report = desk.report({ room: "sale", worker, ...of });
    const orders = this.#hub.hear(report, now, length);
    desk.obey(orders, now);
    if (desk.news.hasMore) this.#talk(desk, now, of);
  }

  #plan(person: Person, at: number): void {
    (this.#due[Math.ceil(at / tickMs)] ??= []).push(person);
  }

  #decide(desk: Desk, cookie: string | undefined, now: number): Verdict {
    const said = desk.visit(cookie, now);
    if (said.is !== "asking") return said;
    const claims = said.claim === undefined ? [] : [said.claim.id];
    this.#talk(desk, now, { wanted: 1 - claims.length, claims });
    return desk.settle(said, now);
  }

  #visit(person: Person, now: number, quitShare: number): void {
    const desk = this.desks[Math.floor(this.#chance() * this.desks.length)];
    if (desk === undefined) return;
    const verdict = this.#decide(desk, person.cookie, now);
    if (verdict.is === "full") throw new Error("There are more people than may wait.");
    if (verdict.pass !== undefined) {
      person.pass = verdict.pass;
      person.cookie = desk.seal(verdict.pass);
    }
    if (verdict.is === "waiting") {
      if (this.#chance() < quitShare) this.#gaveUp++;
      else this.#plan(person, now + refreshMs * (0.9 + 0.2 * this.#chance()));
      return;
    }
    const { id } = person.pass ?? { id: "" };
    if (person.visits++ === 0) this.#entries.push({ came: person.came, at: now });
    this.#inside.delete(id);
    this.#inside.set(id, now + this.#terms.rules.sessionMs);
  }
}
const nobody = { wanted: 0, claims: [] };

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
