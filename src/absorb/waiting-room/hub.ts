import type { HubStatus } from "./contract.ts";
import type { DeskOrders, DeskReport } from "./workers/contract.ts";
import { Pace } from "./pace.ts";
import type { Room } from "./room.ts";

/** A worker that says nothing for so long is gone, and what it was lent is taken for used. */
const silentMsMax = 10_000;
/** A hub that is new waits so long for the workers to tell what they know. */
const settlingMsMax = 3_000;
/** This much of what is free is lent in advance, divided among the workers: what they may go on with alone. */
const lentShare = 0.25;
/** A message on the bus takes so many people easily; the others are in the next one. */
const partMax = 50_000;
/** How old the line may be that a worker looks at. */
const lineMs = 500;
const grantedMax = 20_000;
type Known = {
  heardAt: number;
  lent: number;
  hasTold: boolean;
  admitted: string[];
  spent: string[];
  lineToldAt: number;
  /** Who was let in at this worker, the latest ones. */
  granted: Set<string>;
};

/** Speaks with all workers for one room: hears what happened at their doors, and says whom to let in. */
export class RoomHub {
  readonly room: Room;
  readonly #name: string;
  readonly #startedAt: number;
  readonly #pace = new Pace();
  readonly #workers = new Map<string, Known>();
  #lost = 0;
  #isSettled = false;

  /** `name` tells this hub from the one before it, whose workers must tell it everything. */
  constructor(room: Room, name: string, now: number) {
    this.room = room;
    this.#name = name;
    this.#startedAt = now;
  }

  /** `workers` is how many there should be: until all have told, a new hub lets nobody in. */
  hear(report: DeskReport, now: number, workers: number): DeskOrders {
    const known = this.#knownOf(report, now);
    const isStranger = report.hub !== this.#name;
    if (!isStranger) this.#takeIn(known, report, now);
    for (const [id, each] of this.#workers)
      if (now - each.heardAt > silentMsMax) this.#lose(id, each, now);
    this.#isSettled ||=
      now - this.#startedAt > settlingMsMax ||
      this.#workers.values().reduce((count, each) => count + Number(each.hasTold), 0) >= workers;
    const entered = this.#isSettled ? this.#settleClaims(report.claims, known, now) : [];
    if (this.#isSettled) this.#letIn(now);
    known.lent =
      this.#isSettled && known.hasTold
        ? this.room.lend({ share: lentShare / this.#workers.size, wanted: report.wanted }, now)
        : 0;
    return { ...this.#ordersFor(known, now), tellAll: isStranger, entered };
  }

  #ordersFor(known: Known, now: number): Omit<DeskOrders, "tellAll" | "entered"> {
    const { mode, lots, startsAt } = this.room.terms;
    const isLineOld = now - known.lineToldAt >= lineMs;
    if (isLineOld) known.lineToldAt = now;
    return {
      ...{ hub: this.#name, isSettling: !this.#isSettled, mode, lent: known.lent },
      ...{ admitted: known.admitted.splice(0, partMax), spent: known.spent.splice(0, partMax) },
      ...{ isFull: this.room.isFull, pacePerMinute: this.#paceNow(now) },
      ...(isLineOld ? { line: this.room.groups() } : {}),
      ...(lots === undefined ? {} : { lots: { from: lots.from, to: lots.to } }),
      ...(startsAt === undefined ? {} : { startsAt }),
    };
  }

  /** So many more get in, whatever the numbers say; how many there were. */
  admitMore(count: number, now: number): number {
    const admitted = this.room.admitMore(count, now);
    this.#tellAdmitted(admitted.map(({ id }) => id));
    return admitted.length;
  }

  status(now: number): HubStatus {
    const { room } = this;
    const enteredLastMinute = this.#pace.lastMinute(now);
    const pacePerMinute = this.#paceNow(now);
    const isKnown = pacePerMinute > 0 && room.waitingCount > 0;
    return {
      ...{ mode: room.terms.mode, active: room.activeCount - room.reservedCount },
      ...{ reserved: room.reservedCount, waiting: room.waitingCount, enteredLastMinute },
      ...{ isSettling: !this.#isSettled, pacePerMinute },
      longestWaitMs: isKnown ? (room.waitingCount / pacePerMinute) * 60_000 : null,
      workers: [...this.#workers].map(([worker, { heardAt, lent }]) => ({ worker, heardAt, lent })),
    };
  }

  /** As it went within the last minute, where people waited that long; else as the numbers say. */
  #paceNow(now: number): number {
    return this.#pace.perMinute(now) ?? this.room.pacePerMinute;
  }

  #letIn(now: number): void {
    const admitted = this.room.admit(now);
    if (this.room.waitingCount > 0) this.#pace.queueing(now);
    else this.#pace.rest();
    this.#tellAdmitted(admitted.map(({ id }) => id));
  }

  #tellAdmitted(ids: readonly string[]): void {
    for (const { admitted } of this.#workers.values()) for (const id of ids) admitted.push(id);
  }

  #knownOf({ worker }: DeskReport, now: number): Known {
    const known = this.#workers.get(worker) ?? {
      ...{ heardAt: now, lent: 0, hasTold: false, admitted: this.room.expected, spent: [] },
      lineToldAt: Number.NEGATIVE_INFINITY,
      granted: new Set<string>(),
    };
    known.heardAt = now;
    this.#workers.set(worker, known);
    return known;
  }

  #takeIn(known: Known, report: DeskReport, now: number): void {
    const { room } = this;
    if (report.known !== undefined) this.#learn(report.known, now);
    if (!report.hasMore) known.hasTold = true;
    room.returned(known.lent);
    known.lent = 0;
    for (const [id, at] of report.came) this.#came(id, at, now);
    if (report.began > 0) room.hold(now);
    for (const [id, until] of report.stayed) room.stay(id, until);
    for (const id of report.left) room.leave(id);
    for (const [id, since] of report.waiting) this.#hearWaiting(known, { id, since, now });
  }

  #hearWaiting(known: Known, { id, since, now }: { id: string; since: number; now: number }): void {
    // They were called, and this worker has not heard of it: an answer can get lost.
    if (this.room.isExpected(id)) known.admitted.push(id);
    else if (!this.room.wait(id, since, now)) known.spent.push(id);
  }

  /** Workers say the same of the same people, so that hearing it twice is as hearing it once. */
  #learn(
    { inside, waiting, expected, entered }: NonNullable<DeskReport["known"]>,
    now: number,
  ): void {
    const { room } = this;
    for (const [id, at] of entered) this.#came(id, at, now);
    for (const [id, until] of inside) room.stay(id, until);
    // Nobody could come for their place while the hub was away.
    const keptUntil = now + room.terms.rules.patienceMs;
    for (const [id, until] of expected) room.expect(id, Math.max(until, keptUntil));
    for (const [id, since] of waiting) room.wait(id, since, now);
    if (waiting.length > 0) room.hold(now);
  }

  /** What is told twice counts once. */
  #came(id: string, at: number, now: number): void {
    if (this.room.isIn(id, now) && !this.room.isExpected(id)) return;
    this.room.came(id, at, at + this.room.terms.rules.sessionMs);
    this.#pace.note(at);
  }

  /** Each place is taken once: whoever is second with the same pass finds it used. */
  #settleClaims(claims: readonly string[], known: Known, now: number): string[] {
    return claims.filter((id) => {
      // A worker that asks again has not heard the answer; once it has, it lets nobody in on that pass any more.
      if (known.granted.has(id)) return true;
      if (!this.room.claim(id, now)) {
        known.spent.push(id);
        return false;
      }
      this.#pace.note(now);
      known.granted.add(id);
      if (known.granted.size > grantedMax)
        known.granted.delete(known.granted.values().next().value ?? "");
      for (const each of this.#workers.values()) each.spent.push(id);
      return true;
    });
  }

  /** Nobody knows whether they were used, so they are taken for used: too few get in rather than too many. */
  #lose(id: string, { lent }: Known, now: number): void {
    this.#workers.delete(id);
    this.room.returned(lent);
    const { sessionMs } = this.room.terms.rules;
    for (let i = 0; i < lent; i++) this.room.came(`lost-${++this.#lost}`, now, now + sessionMs);
  }
}
