/** How those who came before an event are shuffled: their groups, by lot. */
export type Lots = { from: number; to: number; seed: number };

/** Who waits: with whom they get in, since when they are known, and when they asked last. */
type Waiting = { group: number; since: number; knownAt: number; seenAt: number };

/** Into so many groups people are shuffled. */
export const lotCount = 1_000;

/** The lot of someone: nobody can foresee it, and it is the same after a restart. */
export const lotOf = (id: string, seed: number): number =>
  Number(Bun.hash.wyhash(id, BigInt(seed)) % BigInt(lotCount));

/** Those who wait, in groups: by the window in which they came, or by lot; within a group, in the order they asked. */
export class Line {
  readonly #waiting = new Map<string, Waiting>();
  readonly #groups = new Map<number, Set<string>>();
  #order: number[] = [];

  get size(): number {
    return this.#waiting.size;
  }
  has(id: string): boolean {
    return this.#waiting.has(id);
  }

  /** Someone asks, for the first time or again. */
  join(id: string, at: { group: number; since: number; now: number }): void {
    const known = this.#waiting.get(id);
    if (known !== undefined) {
      // Set anew, so that the map's order is the order of the last request.
      this.#waiting.delete(id);
      this.#waiting.set(id, { ...known, seenAt: at.now });
      return;
    }
    const { group, since, now } = at;
    this.#waiting.set(id, { group, since, knownAt: now, seenAt: now });
    const others = this.#groups.get(group);
    if (others !== undefined) {
      others.add(id);
      return;
    }
    this.#groups.set(group, new Set([id]));
    this.#order.splice(placeOf(this.#order, group), 0, group);
  }

  /** Who is next: in the first group, whoever asked first. */
  first(): ({ id: string } & Waiting) | undefined {
    for (const id of this.#groups.get(this.#order[0] ?? 0) ?? []) {
      const waiting = this.#waiting.get(id);
      if (waiting !== undefined) return { id, ...waiting };
    }
    return undefined;
  }

  leave(id: string): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    const group = this.#groups.get(waiting.group);
    group?.delete(id);
    if (group?.size !== 0) return;
    this.#groups.delete(waiting.group);
    this.#order.splice(placeOf(this.#order, waiting.group), 1);
  }

  /** Those who have not asked since then are not waiting any more. */
  forgetBefore(seenAt: number): void {
    for (const [id, waiting] of this.#waiting) {
      if (waiting.seenAt > seenAt) return;
      this.leave(id);
    }
  }

  /** The groups as they get in, and how many wait in each. */
  groups(): [group: number, waiting: number][] {
    return this.#order.map((group) => [group, this.#groups.get(group)?.size ?? 0]);
  }
}

/** Where a group stands in an ordered list, or would. */
function placeOf(order: readonly number[], group: number): number {
  let [from, to] = [0, order.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((order[middle] ?? 0) < group) from = middle + 1;
    else to = middle;
  }
  return from;
}
