import type {
  DeskOrders,
  DeskReport,
  RoomPicture,
} from "../../../waiting-room/workers/contract.ts";
import { type InPass, openPass, type Pass, sealPass, type WaitingPass } from "./pass.ts";
import { News } from "./news.ts";

/** Someone who waits keeps their pass for so long. */
export const waitingPassMs = 24 * 3_600_000;
/** So many used passes, and people who are in or wait, are known here: the latest ones. */
const knownMax = 200_000;
/** Two tabs may show the same pass at once: whoever is second comes again with what the first one got. */
const secondTabMs = 10_000;
/** A place is kept for less long here than at the hub, which hears later. */
const claimMarginMs = 2_000;

/** What becomes of a visit; `pass` is what the visitor shall carry from now on, where that changes. */
export type Verdict =
  | { is: "in"; id: string; pass?: InPass; isNew?: boolean; waitedMs?: number }
  | { is: "waiting"; pass?: WaitingPass; since: number; isNew: boolean }
  /** No more people may begin to wait. */
  | { is: "full" };
/** The hub must be asked first: for a place that was given by name, or for one to walk in. */
export type Question = { is: "asking"; claim: WaitingPass | undefined };

/** What the hub said last, and of the line. */
type Heard = DeskOrders & { line: NonNullable<DeskOrders["line"]> };
/** What is wrong with a pass that somebody brought. */
export type PassFault = "forged" | "replayed";

/** The room's door at one worker: it decides each visit by what the room last said, or asks. */
export class Desk {
  picture: RoomPicture;
  keys: readonly Uint8Array[];
  readonly news = new News();
  /** Told of passes that are not what they should be. */
  readonly #onFault: (fault: PassFault) => void;
  readonly #newId: () => string;
  /** Who was given a place, and until when it is kept here. */
  readonly #admitted = new Map<string, number>();
  /** Used passes, and since when that is known. */
  readonly #spent = new Map<string, number>();
  readonly #gone = new Map<string, number>();
  readonly #inside = new Map<string, number>();
  /** Who asked here within the patience of the room, and since when they wait. */
  readonly #waiting = new Map<string, { since: number; seenAt: number }>();
  readonly #entered = new Map<string, number>();
  #lent = 0;
  #tidiedAt = Number.NaN;
  #orders: Heard | undefined = undefined;
  /** Without the hub nobody is asked. */
  isLinked = false;

  constructor(of: {
    picture: RoomPicture;
    keys: readonly Uint8Array[];
    newId: () => string;
    onFault?: (fault: PassFault) => void;
  }) {
    this.picture = of.picture;
    this.keys = of.keys;
    this.#newId = of.newId;
    this.#onFault = of.onFault ?? (() => {});
  }

  /** What the hub said last; before that, what is in the picture. */
  get orders(): Heard | undefined {
    return this.#orders;
  }
  get mode(): RoomPicture["mode"] {
    return this.#orders?.mode ?? this.picture.mode;
  }

  seal(pass: Pass): string {
    const [key] = this.keys;
    if (key === undefined) throw new Error("A room has no key.");
    return sealPass(pass, this.picture.id, key);
  }

  /** Somebody is at the door, with the cookie they brought. */
  visit(cookie: string | undefined, now: number): Verdict | Question {
    const pass = cookie === undefined ? undefined : openPass(cookie, this.picture.id, this.keys);
    if (pass === undefined && cookie !== undefined) this.#onFault("forged");
    if (pass?.kind === "in" && pass.until > now && !this.#gone.has(pass.id))
      return this.#stays(pass, now);
    if (pass?.kind !== "waiting" || now - pass.since >= waitingPassMs) return this.#newcomer(now);
    const spentAt = this.#spent.get(pass.id);
    if (spentAt !== undefined) return this.#used(pass, now - spentAt) ?? this.#newcomer(now);
    if ((this.#admitted.get(pass.id) ?? 0) <= now) return this.#waits(pass, now);
    // Only the hub knows whether they came for it at another worker already.
    return this.isLinked ? { is: "asking", claim: pass } : this.#waits(pass, now);
  }

  /** Since when somebody waits who asks without coming in; undefined when it is their turn, or they are not in line. */
  peek(cookie: string | undefined, now: number): number | undefined {
    const pass = cookie === undefined ? undefined : openPass(cookie, this.picture.id, this.keys);
    if (pass?.kind !== "waiting" || now - pass.since >= waitingPassMs) return undefined;
    const isTurn = this.#spent.has(pass.id) || (this.#admitted.get(pass.id) ?? 0) > now;
    if (isTurn) return undefined;
    this.#waits(pass, now);
    return pass.since;
  }

  /** The hub has answered, or it did not: what becomes of the one who waited for it. */
  settle({ claim }: Question, now: number): Verdict {
    if (claim === undefined) return this.#lent > 0 ? this.#walksIn(now) : this.#beginsToWait(now);
    const has = this.#orders?.entered.includes(claim.id) === true;
    if (has) return this.#enters(claim, now);
    const spentAt = this.#spent.get(claim.id);
    if (spentAt !== undefined) return this.#used(claim, now - spentAt) ?? this.#beginsToWait(now);
    return this.#waits(claim, now);
  }

  /** The instance says that this visitor is done: their place is free, and their pass ends here. */
  done(cookie: string | undefined, now: number): void {
    const pass = cookie === undefined ? undefined : openPass(cookie, this.picture.id, this.keys);
    if (pass?.kind === "in") this.end(pass, now);
  }
  end(pass: InPass, now: number): void {
    remember(this.#gone, pass.id, pass.until);
    this.#inside.delete(pass.id);
    this.news.left(pass.id);
    for (const [id, until] of this.#gone) if (until <= now) this.#gone.delete(id);
  }

  /** What the hub is told now. What was lent and not taken is given back with it. */
  report(of: { room: string; worker: string; wanted: number; claims: string[] }): DeskReport {
    this.news.lentAside = this.#lent;
    this.#lent = 0;
    return { ...of, hub: this.#orders?.hub ?? "", ...this.news.take() };
  }

  obey(orders: DeskOrders, now: number): void {
    const { patienceMs } = this.picture.rules;
    const line = orders.line ?? this.#orders?.line ?? [];
    this.#orders = { ...orders, line };
    this.#lent = orders.lent;
    for (const id of orders.admitted)
      if (!this.#spent.has(id))
        remember(this.#admitted, id, now + Math.max(patienceMs - claimMarginMs, patienceMs / 2));
    for (const id of orders.spent) this.#spend(id, now);
    if (orders.tellAll) {
      this.news.giveBack();
      this.news.tellAll({
        inside: [...this.#inside],
        waiting: [...this.#waiting].map(([id, { since }]) => [id, since]),
        expected: [...this.#admitted],
        entered: [...this.#entered],
      });
    } else this.news.heard();
    this.#tidy(now);
  }

  /** No answer came: what was told is told again, and the last share stays here. */
  unheard(): void {
    this.news.giveBack();
    this.#lent = Math.max(this.#lent, this.news.lentAside);
  }

  #stays(pass: InPass, now: number): Verdict {
    const { sessionMs } = this.picture.rules;
    if (pass.until - now > sessionMs / 2) {
      remember(this.#inside, pass.id, pass.until);
      return { is: "in", id: pass.id };
    }
    const renewed: InPass = { ...pass, until: now + sessionMs };
    remember(this.#inside, pass.id, renewed.until);
    this.news.stayed(pass.id, renewed.until);
    return { is: "in", id: pass.id, pass: renewed };
  }

  #waits(pass: WaitingPass, now: number): Verdict {
    remember(this.#waiting, pass.id, { since: pass.since, seenAt: now });
    this.news.waits(pass.id, pass.since);
    return { is: "waiting", since: pass.since, isNew: false };
  }

  /** Comes for the place that was given to them. */
  #enters({ id, since }: WaitingPass, now: number): Verdict {
    const until = now + this.picture.rules.sessionMs;
    this.#spend(id, now);
    this.#comesIn(id, until, now);
    this.news.stayed(id, until);
    return { is: "in", id, pass: { kind: "in", id, until }, waitedMs: now - since };
  }

  #walksIn(now: number): Verdict {
    const id = this.#newId();
    const until = now + this.picture.rules.sessionMs;
    this.#lent--;
    this.#comesIn(id, until, now);
    this.news.came(id, now);
    return { is: "in", id, isNew: true, pass: { kind: "in", id, until } };
  }

  #comesIn(id: string, until: number, now: number): void {
    this.#waiting.delete(id);
    remember(this.#inside, id, until);
    remember(this.#entered, id, now);
  }

  /** Nothing is left of a pass that was used, unless it was only just now. */
  #used(pass: WaitingPass, agoMs: number): Verdict | undefined {
    if (agoMs < secondTabMs) return { is: "waiting", since: pass.since, isNew: false };
    this.#onFault("replayed");
    return undefined;
  }

  /** Whoever comes without a good pass walks in where there is room, or begins to wait. */
  #newcomer(now: number): Verdict | Question {
    if (this.mode === "when-full") {
      if (this.#lent > 0) return this.#walksIn(now);
      if (this.isLinked && this.#mayWalkIn) return { is: "asking", claim: undefined };
    }
    return this.#beginsToWait(now);
  }

  /** Where people wait already, nobody need ask whether they can walk in. */
  get #mayWalkIn(): boolean {
    const { line } = this.#orders ?? {};
    return line === undefined || line.length === 0;
  }

  #beginsToWait(now: number): Verdict {
    if (this.#orders?.isFull === true) return { is: "full" };
    const { windowMs } = this.picture.rules;
    const since = Math.floor(now / windowMs) * windowMs;
    this.news.began++;
    return {
      ...{ is: "waiting", since, isNew: true },
      pass: { kind: "waiting", id: this.#newId(), since },
    };
  }

  #tidy(now: number): void {
    if (now === this.#tidiedAt) return;
    this.#tidiedAt = now;
    const { sessionMs, patienceMs } = this.picture.rules;
    forget(this.#admitted, now);
    forget(this.#inside, now);
    forget(this.#entered, now - sessionMs);
    for (const [id, { seenAt }] of this.#waiting) {
      if (seenAt > now - patienceMs) return;
      this.#waiting.delete(id);
    }
  }

  #spend(id: string, now: number): void {
    this.#admitted.delete(id);
    this.#waiting.delete(id);
    if (!this.#spent.has(id)) remember(this.#spent, id, now);
  }
}

/** Puts it last, and forgets the first where there are too many. */
function remember<V>(known: Map<string, V>, id: string, value: V): void {
  known.delete(id);
  known.set(id, value);
  if (known.size <= knownMax) return;
  for (const oldest of known.keys()) {
    known.delete(oldest);
    return;
  }
}

/** Those whose time is over are at the front. */
function forget(known: Map<string, number>, now: number): void {
  for (const [id, until] of known) {
    if (until > now) return;
    known.delete(id);
  }
}
