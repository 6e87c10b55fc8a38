/** What a room is asked to hold to. */
export type RoomRules = {
  /** So many people are in at a time. */
  activeMax: number;
  /** So many new ones come in within any minute. */
  newPerMinute: number;
  order: "fifo" | "random";
  /** How long someone stays in after their last request. */
  sessionMs: number;
  /** How long someone counts as waiting who does not ask any more. */
  patienceMs: number;
  /** Whoever waits asks again within so long, at the latest. */
  refreshMsMax: number;
};

/** Who waits: with whom they get in, and when they asked last. */
type Waiting = { group: number; seenAt: number };

const minuteMs = 60_000;
/** How long a worker may keep what it was lent. */
export const lentForMs = 1_000;
/** Who came in is heard of up to `lentForMs` later, so that a minute is watched for so much longer. */
const watchedMs = minuteMs + lentForMs;
/** Passes that were used are known for so many people, the latest ones. */
const spentMax = 500_000;
const randomGroups = 10_000;

/**
 * The one place that knows who is in and who waits; workers ask it. It gives out two things: places for those who wait, by
 * name and in order, and walk-ins, places for nobody in particular while nobody waits. Pure: time and chance come from outside.
 */
export class Room {
  readonly rules: RoomRules;
  readonly #chance: () => number;
  /** Whoever is in, and until when; the map's order is the order in which they leave. */
  readonly #active = new Map<string, number>();
  /** Whoever was given a place and has not come for it yet. */
  readonly #expected = new Map<string, number>();
  /** Whoever got a place once: the pass they waited with is worth nothing any more. */
  readonly #spent = new Set<string>();
  readonly #waiting = new Map<string, Waiting>();
  /** Those who wait, by the minute they came or by lot, in the order they came. */
  readonly #groups = new Map<number, Set<string>>();
  #order: number[] = [];
  /** How many came in when, within the last minute. */
  readonly #entered: { at: number; count: number }[] = [];
  #enteredCount = 0;
  #walkIns = 0;
  /** Until when somebody may be on the way back who was told to wait. */
  #heldUntil = 0;

  constructor(rules: RoomRules, chance: () => number) {
    this.rules = rules;
    this.#chance = chance;
  }

  get activeCount(): number {
    return this.#active.size + this.#expected.size + this.#walkIns;
  }
  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** Somebody was told to wait, and asks again soon: nobody walks in before them. */
  hold(now: number): void {
    this.#heldUntil = now + this.rules.refreshMsMax + lentForMs;
  }

  /** Someone asks for a place, or asks again. False when their pass was used before. */
  wait(id: string, minute: number, now: number): boolean {
    if (this.#expected.has(id)) return true;
    if (this.#spent.has(id)) return false;
    const known = this.#waiting.get(id);
    const group = known?.group ?? this.#groupOf(minute);
    // Set anew, so that the map's order is the order of the last request.
    this.#waiting.delete(id);
    this.#waiting.set(id, { group, seenAt: now });
    if (known !== undefined) return true;
    const others = this.#groups.get(group);
    if (others !== undefined) others.add(id);
    else {
      this.#groups.set(group, new Set([id]));
      this.#order = [...this.#groups.keys()].toSorted((x, y) => x - y);
    }
    return true;
  }

  /** A place was given to them, whether they came for it or not. */
  isIn(id: string, now: number): boolean {
    return (this.#active.get(id) ?? this.#expected.get(id) ?? 0) > now;
  }

  /** Someone who is in asked for something, so they stay. True when they just came for the place that was given to them. */
  stay(id: string, now: number): boolean {
    const isNew = this.#expected.has(id);
    this.#enter(id, now);
    if (isNew) this.#count(1, now);
    return isNew;
  }

  /** Someone has what they came for: their place is free at once. */
  leave(id: string): void {
    this.#active.delete(id);
    this.#expected.delete(id);
  }

  /** Gives places by name to those who wait, as many as there are now; the first to come first. */
  admit(now: number): string[] {
    this.#tidy(now);
    const admitted: string[] = [];
    for (let free = this.#free(); free > 0 && this.#isOpen(now); free--) {
      const id = first(this.#groups.get(this.#order[0] ?? 0));
      if (id === undefined) break;
      this.#forget(id);
      this.#spend(id);
      this.#expected.set(id, now + this.rules.patienceMs);
      admitted.push(id);
    }
    return admitted;
  }

  /** Whom places were given to who have not come for them. */
  get expected(): string[] {
    return [...this.#expected.keys()];
  }

  /** Lends a share of the free places for whoever comes next; none while somebody waits. They are taken until returned. */
  lend(share: number, now: number): number {
    this.#tidy(now);
    if (this.#waiting.size > 0 || now < this.#heldUntil) return 0;
    const lent = Math.ceil(this.#free() * share);
    this.#walkIns += lent;
    return lent;
  }

  /** A worker says who walked in on what it was lent, and how many places nobody took. */
  returned(of: { walkedIn: readonly string[]; unused: number }, now: number): void {
    this.#walkIns -= of.walkedIn.length + of.unused;
    for (const id of of.walkedIn) {
      this.#spend(id);
      this.#enter(id, now);
    }
    this.#count(of.walkedIn.length, now);
  }

  /** In how long someone of this minute gets in, as things go: a guess, made of who is ahead. */
  estimateMs(minute: number): number {
    let ahead = 0;
    for (const [group, { size }] of this.#groups) {
      if (this.rules.order === "random" || group === minute) ahead += size / 2;
      else if (group < minute) ahead += size;
    }
    const leavePerMinute = (this.rules.activeMax / this.rules.sessionMs) * minuteMs;
    return (ahead / Math.min(this.rules.newPerMinute, leavePerMinute)) * minuteMs;
  }

  /** May the first ones who wait be let in? Not before everyone of an earlier minute has asked again and is known. */
  #isOpen(now: number): boolean {
    if (this.rules.order === "random") return true;
    const [minute = 0] = this.#order;
    return now >= minute * minuteMs + this.rules.refreshMsMax + lentForMs;
  }

  #groupOf(minute: number): number {
    return this.rules.order === "fifo" ? minute : Math.floor(this.#chance() * randomGroups);
  }

  #free(): number {
    const places = this.rules.activeMax - this.activeCount;
    // Whoever was given a place may come for it any time, so that they count as new until they did.
    const coming = this.#enteredCount + this.#expected.size + this.#walkIns;
    return Math.max(0, Math.min(places, this.rules.newPerMinute - coming));
  }

  #spend(id: string): void {
    this.#spent.add(id);
    if (this.#spent.size > spentMax) this.#spent.delete(first(this.#spent) ?? "");
  }

  #enter(id: string, now: number): void {
    this.#expected.delete(id);
    this.#active.delete(id);
    this.#active.set(id, now + this.rules.sessionMs);
  }

  #count(count: number, now: number): void {
    if (count === 0) return;
    const last = this.#entered.at(-1);
    if (last?.at === now) last.count += count;
    else this.#entered.push({ at: now, count });
    this.#enteredCount += count;
  }

  #forget(id: string): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    const group = this.#groups.get(waiting.group);
    group?.delete(id);
    if (group?.size !== 0) return;
    this.#groups.delete(waiting.group);
    this.#order = this.#order.filter((each) => each !== waiting.group);
  }

  /** What is over is over: sessions, patience, and the minute within which places were given. */
  #tidy(now: number): void {
    for (const over of [this.#active, this.#expected])
      for (const [id, until] of over) {
        if (until > now) break;
        over.delete(id);
      }
    for (const [id, { seenAt }] of this.#waiting) {
      if (seenAt > now - this.rules.patienceMs) break;
      this.#forget(id);
    }
    for (let old = this.#entered[0]; old !== undefined; old = this.#entered[0]) {
      if (old.at > now - watchedMs) return;
      this.#enteredCount -= old.count;
      this.#entered.shift();
    }
  }
}

function first(ids: Iterable<string> | undefined): string | undefined {
  for (const id of ids ?? []) return id;
  return undefined;
}
