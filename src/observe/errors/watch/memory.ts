import type { Store, Tables } from "#kernel";
import { type Grounds, type Watched, watchFrom } from "./watched.ts";
import { type ProjectWatch, projectFrom } from "./project.ts";
import { type Hearing, hearingFrom } from "./silence.ts";
import { slotOf } from "../spikes/windows.ts";

/** Errors whose windows are open at once; more are counted for their project only. About 1 KB each. */
const watchedMax = 50_000;
/** So many in one transaction, so that what SDKs send does not wait for it. */
const savedTogether = 500;

/** A subject is an issue by its name, or all errors of a project. */
export type Subject = { id: string; project: number; watched: Watched; isDirty: boolean };
export type Whole = ProjectWatch & { hearing: Hearing };
/** Everything up to this event is counted; where the windows that fill now began. */
export type Place = {
  upto: number;
  fast: number;
  slow: number;
  fastFrom: number;
  slowFrom: number;
};

export const ofProject = (project: number): string => `project/${project}`;
export const isProject = (id: string): boolean => id.startsWith("project/");

const save =
  "INSERT OR REPLACE INTO watched (subject, project, alarm, seen, state) VALUES (?, ?, ?, ?, ?)";
export function saveSubject(tables: Tables, { id, project, watched }: Subject, at: number): void {
  tables.run(save, id, project, watched.alarm ? 1 : 0, at, JSON.stringify(watched));
}

/** What the watch holds in memory, backed by the store: only what had events in the hour, and what is in alarm. */
export class WatchMemory {
  readonly #store: Store;
  readonly #subjects = new Map<string, Subject>();
  readonly #projects = new Map<number, Whole>();
  place: Place | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Takes up where the one before ended. A first start counts from now on. */
  open(now: number): Place {
    if (this.place) return this.place;
    const { tables } = this.#store;
    const known = tables.get<{ value: string }>("SELECT value FROM meta WHERE name = 'watched'");
    const last = tables.get<{ id: number | null }>("SELECT max(id) AS id FROM events")?.id ?? 0;
    this.place = known
      ? (JSON.parse(known.value) as Place)
      : {
          ...{ upto: last, fast: slotOf(now, "fast"), slow: slotOf(now, "slow") },
          ...{ fastFrom: last, slowFrom: last },
        };
    for (const { project, state } of tables.all<{ project: number; state: string }>(
      "SELECT project, state FROM watched_projects",
    ))
      this.#projects.set(project, JSON.parse(state) as Whole);
    for (const { subject, project, state } of tables.all<{
      subject: string;
      project: number;
      state: string;
    }>("SELECT subject, project, state FROM watched WHERE alarm = 1"))
      this.#hold(subject, project, JSON.parse(state) as Watched);
    return this.place;
  }

  get subjects(): IterableIterator<Subject> {
    return this.#subjects.values();
  }
  get projects(): IterableIterator<[number, Whole]> {
    return this.#projects.entries();
  }

  project(number: number, now: number): Whole {
    const known = this.#projects.get(number);
    if (known) return known;
    const made = { ...projectFrom(now), hearing: hearingFrom(slotOf(now, "slow") - 1) };
    this.#projects.set(number, made);
    return made;
  }

  /** Nothing when there are too many at once. */
  subject(id: string, project: number, grounds: Grounds, now: number): Subject | undefined {
    const known = this.#subjects.get(id);
    if (known) return known;
    if (this.#subjects.size >= watchedMax) return undefined;
    const row = this.#store.tables.get<{ state: string }>(
      "SELECT state FROM watched WHERE subject = ?",
      id,
    );
    return this.#hold(
      id,
      project,
      row ? (JSON.parse(row.state) as Watched) : watchFrom(grounds, now),
    );
  }

  #hold(id: string, project: number, watched: Watched): Subject {
    const subject = { id, project, watched, isDirty: false };
    this.#subjects.set(id, subject);
    return subject;
  }

  /** Writes what changed, and last how far all of it has come. */
  async save(now: number): Promise<void> {
    const dirty = [...this.#subjects.values()].filter(({ isDirty }) => isDirty);
    for (let i = 0; i < dirty.length; i += savedTogether) {
      const together = dirty.slice(i, i + savedTogether);
      await this.#store.write((tables) => {
        for (const subject of together) saveSubject(tables, subject, now);
      });
      for (const subject of together) subject.isDirty = false;
    }
    const place = JSON.stringify(this.place);
    await this.#store.write((tables) => {
      for (const [number, whole] of this.#projects)
        tables.run(
          "INSERT OR REPLACE INTO watched_projects VALUES (?, ?)",
          number,
          JSON.stringify(whole),
        );
      tables.run("INSERT OR REPLACE INTO meta VALUES ('watched', ?)", place);
    });
  }

  /** Lets go of what had no events in the last hour, once that is saved. */
  rest(slow: number): void {
    for (const [id, { watched, isDirty }] of this.#subjects)
      if (!isDirty && !watched.alarm && !isProject(id) && watched.slow.open.events === 0)
        if (watched.slow.open.slot <= slow) this.#subjects.delete(id);
  }
}
