import type { Crew, Outpost, Store } from "#kernel";
import { bodyOf } from "../intake/bodies.ts";
import type { Keeping } from "../intake/keep.ts";
import type { Project } from "../intake/projects.ts";
import type { Ready, Work } from "../intake/ready.ts";
import type { Artifacts } from "./artifacts.ts";
import { regroup } from "./regroup.ts";

/** What was on its way when a map arrived is written by then. */
const afterMs = 2_000;
const eventsTogether = 50;

type Row = {
  id: number;
  variant: number;
  event: Uint8Array;
  at: number;
  received: number;
};

/**
 * Goes through kept events whose maps came later than they did, one at a time so that what comes in goes first. What is not
 * done when the process ends is done by the next one.
 */
export class LateMaps {
  readonly #outpost: Outpost;
  readonly #store: Store;
  readonly #artifacts: Artifacts;
  readonly #keeping: Keeping;
  readonly #crew: Crew<Work, Ready | undefined>;
  readonly #project: (number: number) => Project | undefined;
  #busy = false;
  #closed = false;

  constructor(of: {
    outpost: Outpost;
    store: Store;
    artifacts: Artifacts;
    keeping: Keeping;
    crew: Crew<Work, Ready | undefined>;
    project: (number: number) => Project | undefined;
  }) {
    this.#outpost = of.outpost;
    this.#store = of.store;
    this.#artifacts = of.artifacts;
    this.#keeping = of.keeping;
    this.#crew = of.crew;
    this.#project = of.project;
    this.plan();
  }

  /** Soon; asked while it works, it goes on until nothing is left. */
  plan(): void {
    const { clock } = this.#outpost;
    clock.at(clock.now() + afterMs, () => void this.#run());
  }

  close(): void {
    this.#closed = true;
  }

  async #run(): Promise<void> {
    if (this.#busy || this.#closed) return;
    this.#busy = true;
    try {
      for (;;) {
        const arrivals = this.#artifacts.arrivals();
        if (arrivals.length === 0) break;
        for (const { project, key } of arrivals) await this.#lookThrough(project, key);
        await this.#artifacts.arrived(arrivals);
      }
    } catch (why) {
      if (this.#closed) return;
      this.#outpost.note(`Late source maps wait: ${String(why)}`);
      this.plan();
    } finally {
      this.#busy = false;
    }
  }

  async #lookThrough(project: number, key: string): Promise<void> {
    const of = this.#project(project);
    if (!of) throw new Error(`Project ${project} is not known yet.`);
    for (let after = 0; !this.#closed;) {
      const rows = this.#store.tables.all<Row>(
        `SELECT e.id, e.variant, e.event, e.at, e.received FROM unmapped u JOIN events e ON e.id = u.event
          WHERE u.project = ? AND u.key = ? AND u.event > ? ORDER BY u.event LIMIT ?`,
        ...[project, key, after, eventsTogether],
      );
      for (const row of rows) await this.#again(of, row);
      const last = rows.at(-1);
      if (!last) return;
      after = last.id;
    }
  }

  /** The same work as on arrival, on what was kept. */
  async #again(project: Project, row: Row): Promise<void> {
    const kept = bodyOf(this.#store.tables, row.id);
    const task = {
      project: project.number,
      payload: Buffer.from(JSON.stringify(kept.sent)),
      scrub: project.scrub,
      received: row.received,
      sentAt: undefined,
      ids: [Buffer.from(row.event).toString("hex")],
      address: "",
    };
    const ready = await this.#crew.work(task).catch((why: unknown) => {
      // One event that breaks its thread does not keep the others waiting.
      this.#outpost.note(`A kept event could not be worked on again: ${String(why)}`);
    });
    if (!ready?.isMapped) return;
    const arrival = { ...ready, project, at: row.at, scrubbed: together(kept.scrubbed, ready) };
    await this.#store.write((tables) => {
      // Nothing of it was lost since: events may be dropped to make room.
      const now = tables.get<{ id: number; variant: number }>(
        "SELECT id, variant FROM events WHERE id = ? AND event = ?",
        ...[row.id, row.event],
      );
      if (!now) return;
      regroup(tables, this.#keeping, arrival, now);
      tables.run("DELETE FROM unmapped WHERE event = ?", row.id);
      for (const key of ready.lacks)
        tables.run("INSERT OR IGNORE INTO unmapped VALUES (?, ?, ?)", project.number, key, row.id);
    });
  }
}

/** What was taken out before was taken out for good. */
function together(before: Ready["scrubbed"], { scrubbed }: Ready): Ready["scrubbed"] {
  const known = new Set(before.map((each) => each.path));
  return [...before, ...scrubbed.filter((each) => !known.has(each.path))];
}
