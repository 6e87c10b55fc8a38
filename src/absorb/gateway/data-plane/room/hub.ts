import type { DeskOrders, DeskReport } from "./desk.ts";
import type { Room } from "./room.ts";

/** A worker that says nothing for so long is gone, and what it was lent is taken for used. */
const silentMsMax = 10_000;
type Known = { heardAt: number; lent: number; admitted: string[]; spent: string[] };

/** Speaks with all workers for one room: hears what happened at their doors, and says whom to let in. */
export class RoomHub {
  readonly #room: Room;
  readonly #workers = new Map<string, Known>();
  #lost = 0;

  constructor(room: Room) {
    this.#room = room;
  }

  hear(worker: string, report: DeskReport, now: number): DeskOrders {
    const known = this.#knownOf(worker, now);
    this.#takeIn(known, report, now);
    for (const [id, each] of this.#workers)
      if (now - each.heardAt > silentMsMax) this.#lose(id, each, now);
    const admitted = this.#room.admit(now);
    for (const each of this.#workers.values()) each.admitted.push(...admitted);
    known.lent = this.#room.lend(1 / this.#workers.size, now);
    const orders = {
      admitted: known.admitted,
      spent: known.spent,
      lent: known.lent,
    };
    known.admitted = [];
    known.spent = [];
    return orders;
  }

  #knownOf(worker: string, now: number): Known {
    const known = this.#workers.get(worker) ?? {
      ...{ heardAt: now, lent: 0, admitted: this.#room.expected, spent: [] },
    };
    known.heardAt = now;
    this.#workers.set(worker, known);
    return known;
  }

  #takeIn(known: Known, report: DeskReport, now: number): void {
    const { walkedIn, unused } = report;
    if (known.lent > 0) this.#room.returned({ walkedIn, unused }, now);
    known.lent = 0;
    if (report.began > 0) this.#room.hold(now);
    for (const id of report.left) this.#room.leave(id);
    for (const id of report.stayed) {
      if (!this.#room.stay(id, now)) continue;
      for (const each of this.#workers.values()) each.spent.push(id);
    }
    for (const { id, minute } of report.waiting)
      if (!this.#room.wait(id, minute, now)) known.spent.push(id);
  }

  #lose(id: string, { lent }: Known, now: number): void {
    this.#workers.delete(id);
    if (lent === 0) return;
    const walkedIn = Array.from({ length: lent }, () => `lost-${++this.#lost}`);
    this.#room.returned({ walkedIn, unused: 0 }, now);
  }
}
