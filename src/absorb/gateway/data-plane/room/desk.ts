import { openPass, type Pass, sealPass } from "./pass.ts";

const minuteMs = 60_000;
/** Someone who waits keeps their pass for so long. */
export const waitingPassMs = 24 * 60 * minuteMs;

/** So many used passes are known here, the latest ones. */
const spentMax = 100_000;

/** What a worker tells the room, each time anew. */
export type DeskReport = {
  /** Who came back with a waiting pass, and since which minute they wait. */
  waiting: { id: string; minute: number }[];
  stayed: string[];
  left: string[];
  walkedIn: string[];
  unused: number;
  /** How many were told to wait for the first time. */
  began: number;
};
/** What the room answers. */
export type DeskOrders = {
  admitted: readonly string[];
  /** Passes that were used before. */
  spent: readonly string[];
  lent: number;
};

/** What becomes of a visit; `pass` is what the visitor shall carry from now on, where that changes. */
export type Verdict =
  | { in: true; pass?: Extract<Pass, { kind: "in" }> }
  | { in: false; pass: Extract<Pass, { kind: "waiting" }> };

/** The room's door at one worker: it decides each visit by what the room last said, without asking. */
export class Desk {
  readonly #room: string;
  readonly #sessionMs: number;
  readonly #claimMs: number;
  readonly #key: Uint8Array;
  readonly #newId: () => string;
  readonly #admitted = new Map<string, number>();
  readonly #spent = new Set<string>();
  readonly #gone = new Map<string, number>();
  readonly #waiting = new Map<string, number>();
  readonly #stayed = new Set<string>();
  #left: string[] = [];
  #walkedIn: string[] = [];
  #lent = 0;
  #began = 0;

  /** `claimMs` is how long a place is kept for someone who was given it: less than the room's patience, which hears later. */
  constructor(of: {
    room: string;
    sessionMs: number;
    claimMs: number;
    key: Uint8Array;
    newId: () => string;
  }) {
    this.#room = of.room;
    this.#sessionMs = of.sessionMs;
    this.#claimMs = of.claimMs;
    this.#key = of.key;
    this.#newId = of.newId;
  }

  seal(pass: Pass): string {
    return sealPass(pass, this.#room, this.#key);
  }

  /** Somebody is at the door, with the cookie they brought. */
  visit(cookie: string | undefined, now: number): Verdict {
    const pass = cookie === undefined ? undefined : openPass(cookie, this.#room, this.#key);
    if (pass?.kind === "in" && pass.until > now && !this.#gone.has(pass.id)) {
      this.#stayed.add(pass.id);
      if (pass.until - now > this.#sessionMs / 2) return { in: true };
      return { in: true, pass: { ...pass, until: now + this.#sessionMs } };
    }
    const isWaiting = pass?.kind === "waiting" && now - pass.minute * minuteMs < waitingPassMs;
    if (!isWaiting || this.#spent.has(pass.id)) return this.#newcomer(now);
    const claimUntil = this.#admitted.get(pass.id) ?? 0;
    if (claimUntil <= now) {
      this.#waiting.set(pass.id, pass.minute);
      return { in: false, pass };
    }
    this.#spend(pass.id);
    this.#stayed.add(pass.id);
    return { in: true, pass: { kind: "in", id: pass.id, until: now + this.#sessionMs } };
  }

  /** The instance says that this visitor is done: their place is free, and their pass ends here. */
  done(cookie: string | undefined, now: number): void {
    const pass = cookie === undefined ? undefined : openPass(cookie, this.#room, this.#key);
    if (pass?.kind !== "in") return;
    this.#gone.set(pass.id, pass.until);
    this.#stayed.delete(pass.id);
    this.#left.push(pass.id);
    for (const [id, until] of this.#gone) if (until <= now) this.#gone.delete(id);
  }

  /** Takes what there is to tell; what was lent and not taken goes back with it. */
  report(): DeskReport {
    const told = {
      waiting: [...this.#waiting].map(([id, minute]) => ({ id, minute })),
      stayed: [...this.#stayed],
      left: this.#left,
      walkedIn: this.#walkedIn,
      unused: this.#lent,
      began: this.#began,
    };
    this.#waiting.clear();
    this.#stayed.clear();
    this.#left = [];
    this.#walkedIn = [];
    this.#lent = 0;
    this.#began = 0;
    return told;
  }

  obey({ admitted, spent, lent }: DeskOrders, now: number): void {
    for (const id of admitted) this.#admitted.set(id, now + this.#claimMs);
    for (const id of spent) this.#spend(id);
    this.#lent = lent;
    for (const [id, until] of this.#admitted) {
      if (until > now) break;
      this.#admitted.delete(id);
    }
  }

  #spend(id: string): void {
    this.#admitted.delete(id);
    this.#spent.add(id);
    if (this.#spent.size <= spentMax) return;
    for (const oldest of this.#spent) {
      this.#spent.delete(oldest);
      return;
    }
  }

  /** Whoever comes without a good pass walks in where there is room, or begins to wait. */
  #newcomer(now: number): Verdict {
    const id = this.#newId();
    if (this.#lent === 0) {
      this.#began++;
      return { in: false, pass: { kind: "waiting", id, minute: Math.floor(now / minuteMs) } };
    }
    this.#lent--;
    this.#walkedIn.push(id);
    return { in: true, pass: { kind: "in", id, until: now + this.#sessionMs } };
  }
}
