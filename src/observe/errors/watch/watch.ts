import type { Outpost, Store } from "#kernel";
import { priorFrom } from "../spikes/first-hours.ts";
import { type Length, lengths, slotOf } from "../spikes/windows.ts";
import { alarmChance } from "../spikes/verdict.ts";
import { calmed, raised, sayHeard } from "./evidence.ts";
import {
  ofProject,
  saveSubject,
  type Subject,
  type Whole,
  WatchMemory,
  isProject,
} from "./memory.ts";
import { exposureOf, type Traffic, trafficFreshMs, usual, noteHour } from "./project.ts";
import { listen } from "./silence.ts";
import { type Around, closeWindows } from "./close.ts";
import { type Alarm, judge, turn } from "./watched.ts";

/** Twelve windows of five minutes, one of an hour, and one look for a ramp. */
export const testsPerHour = 14;
const readTogether = 5_000;
/** A project's errors as a whole are first judged when a day of them is known. */
const projectHoursMin = 24;
/** Errors that were not seen for so long take no part of the budget. */
const activeMs = 14 * 86_400_000;
const lengthsBoth: readonly Length[] = ["fast", "slow"];
const slotsBehindMax = 1;

export type WatchSettings = { falsePagesPerWeek: number; projects: ReadonlyMap<number, string> };
type TrafficThen = { at: number; of: ReadonlyMap<number, Traffic> };
type Row = { id: number; received: number; issue: string; project: number };

/**
 * Tells spikes from the ordinary. Reads what the intake has kept, from a bookmark: so the intake knows nothing of it, a crash
 * loses nothing, and only what has events costs anything.
 */
export class Watch {
  readonly #outpost: Outpost;
  readonly #store: Store;
  readonly #memory: WatchMemory;
  #settings: WatchSettings = { falsePagesPerWeek: 0, projects: new Map() };
  #traffic: TrafficThen | undefined;
  #touched = new Map<string, Subject>();
  #alpha = 0;
  #busy: Promise<void> | undefined;

  constructor(outpost: Outpost, store: Store) {
    this.#outpost = outpost;
    this.#store = store;
    this.#memory = new WatchMemory(store);
    this.#memory.open(outpost.clock.now());
  }

  configure(settings: WatchSettings): void {
    this.#settings = settings;
    this.#alpha = 0;
  }

  /** What the gateway carried to each project's service, as of `at`. */
  hear(at: number, of: ReadonlyMap<number, Traffic>): void {
    this.#traffic = { at, of };
  }

  /** The chance at which one test cries wolf. */
  get alpha(): number {
    if (this.#alpha > 0) return this.#alpha;
    const { count } = this.#store.tables.get<{ count: number }>(
      "SELECT count(*) AS count FROM watched WHERE seen > ?",
      this.#outpost.clock.now() - activeMs,
    ) ?? { count: 0 };
    const { falsePagesPerWeek } = this.#settings;
    this.#alpha = alarmChance({ falsePagesPerWeek, issues: count, testsPerHour });
    return this.#alpha;
  }

  /** Looks at what came since the last time. */
  tick(): Promise<void> {
    this.#busy ??= this.#tick().finally(() => {
      this.#busy = undefined;
    });
    return this.#busy;
  }

  async #tick(): Promise<void> {
    const now = this.#outpost.clock.now();
    const place = this.#memory.open(now);
    const fresh = this.#freshTraffic(now);
    // Errors are not judged before their traffic is known.
    const until = fresh ? fresh.at : now;
    if (slotOf(until, "fast") - place.fast > slotsBehindMax) this.#skipTo(until);
    for (;;) {
      const rows = this.#store.tables.all<Row>(
        `SELECT e.id, e.received, v.issue, e.project FROM events e JOIN variants v ON v.id = e.variant
          WHERE e.id > ? ORDER BY e.id LIMIT ?`,
        ...[place.upto, readTogether],
      );
      const due = rows.filter(({ received }) => received <= until);
      for (const row of due) {
        if (slotOf(row.received, "fast") > place.fast) {
          await this.#judge(row.received);
          await this.#close(row.received);
        }
        this.#count(row, until);
        place.upto = row.id;
      }
      if (due.length < readTogether) break;
    }
    await this.#judge(until);
    if (slotOf(until, "fast") > place.fast) await this.#close(until);
  }

  #freshTraffic(now: number): TrafficThen | undefined {
    return this.#traffic && now - this.#traffic.at < trafficFreshMs ? this.#traffic : undefined;
  }

  #around(project: number, at: number): { whole: Whole; exposures: Record<Length, number> } {
    const whole = this.#memory.project(project, at);
    const traffic = this.#freshTraffic(at)?.of.get(project);
    return {
      whole,
      exposures: {
        fast: exposureOf(whole, { at, length: "fast", traffic }),
        slow: exposureOf(whole, { at, length: "slow", traffic }),
      },
    };
  }

  /** Nobody watched for a while: what was open ends there, and the time between is no time. */
  #skipTo(until: number): void {
    const place = this.#memory.place;
    if (!place) return;
    place.fast = slotOf(until, "fast") - slotsBehindMax;
    place.slow = slotOf(until - slotsBehindMax * lengths.fast, "slow");
  }

  #count({ id, issue, project, received }: Row, until: number): void {
    const { whole } = this.#around(project, Math.min(received, until));
    const one = this.#add(id, { id: issue, project, whole, at: received });
    if (!one?.watched.alarm)
      this.#add(id, { id: ofProject(project), project, whole, at: received });
  }

  #add(
    event: number,
    of: { id: string; project: number; whole: Whole; at: number },
  ): Subject | undefined {
    const subject = this.#memory.subject(of.id, of.project, of.whole.grounds, of.at);
    if (!subject || event <= subject.watched.upto) return subject;
    const { watched } = subject;
    for (const length of lengthsBoth) {
      turn(watched, length, this.#surroundings(of.whole));
      watched[length].open.events++;
    }
    watched.upto = event;
    subject.isDirty = true;
    this.#touched.set(of.id, subject);
    return subject;
  }

  #surroundings(whole: Whole): Parameters<typeof turn>[2] {
    return { grounds: whole.grounds, prior: priorFrom(whole.firstHours), alpha: this.alpha };
  }

  /** Judges what was touched: issues first, as the project's sum leaves out those that are told by themselves. */
  async #judge(at: number): Promise<void> {
    const touched = [...this.#touched.values()];
    this.#touched.clear();
    const place = this.#memory.place;
    if (!place) return;
    const told: { subject: Subject; alarm: Alarm }[] = [];
    for (const subject of touched.toSorted(
      (a, b) => Number(isProject(a.id)) - Number(isProject(b.id)),
    )) {
      const { whole, exposures } = this.#around(subject.project, at);
      if (isProject(subject.id) && whole.grounds.slow.hours < projectHoursMin) continue;
      const people = (length: Length): number | undefined =>
        this.#people(subject, length === "fast" ? place.fastFrom : place.slowFrom);
      const alarm = judge(subject.watched, { ...this.#surroundings(whole), at, exposures, people });
      if (!alarm) continue;
      told.push({ subject, alarm });
      subject.watched.alarm = alarm;
      if (!isProject(subject.id)) this.#takeOut(subject, whole, at);
    }
    if (told.length === 0) return;
    try {
      await this.#store.write((tables) => {
        for (const { subject, alarm } of told) {
          raised(tables, subject, alarm, { names: this.#settings.projects, place });
          saveSubject(tables, subject, at);
        }
      });
    } catch (why) {
      // Not told, so it is not so; the next look tries again.
      for (const { subject } of told) {
        delete subject.watched.alarm;
        this.#touched.set(subject.id, subject);
      }
      throw why;
    }
  }

  #takeOut({ watched, project }: Subject, whole: Whole, at: number): void {
    const all = this.#memory.subject(ofProject(project), project, whole.grounds, at);
    if (all)
      for (const length of lengthsBoth)
        all.watched[length].open.events = Math.max(
          0,
          all.watched[length].open.events - watched[length].open.events,
        );
  }

  #people({ id }: Subject, from: number): number | undefined {
    if (isProject(id)) return undefined;
    const { said, all, people } = this.#store.tables.get<{
      said: number;
      all: number;
      people: number;
    }>(
      `SELECT count(person) AS said, count(*) AS "all", count(DISTINCT person) AS people FROM
        (SELECT e.person FROM variants v JOIN events e ON e.variant = v.id WHERE v.issue = ? AND e.id > ? LIMIT 1000)`,
      ...[id, from],
    ) ?? { said: 0, all: 0, people: 0 };
    return said * 2 >= all && said > 0 ? people : undefined;
  }

  /** The windows that fill end where `at` begins another. */
  async #close(at: number): Promise<void> {
    const place = this.#memory.place;
    if (!place) return;
    const { slow } = place;
    await this.#closeLength("fast", at);
    if (slotOf(at, "slow") > slow) {
      await this.#listen(slow);
      await this.#closeLength("slow", at);
      this.#alpha = 0;
    }
    await this.#memory.save(at);
    this.#memory.rest(place.slow);
  }

  async #closeLength(length: Length, at: number): Promise<void> {
    const place = this.#memory.place;
    if (!place) return;
    const slot = place[length];
    const endedAt = (slot + 1) * lengths[length] - 1;
    const exposures = new Map<number, number>();
    for (const [number] of this.#memory.projects)
      exposures.set(number, this.#around(number, endedAt).exposures[length]);
    const around = (project: number): Around => ({
      ...this.#surroundings(this.#memory.project(project, at)),
      exposure: exposures.get(project) ?? 0,
    });
    const { calm, ramps } = closeWindows(this.#memory, { length, slot, around });
    place[length] = slotOf(at, length);
    place[`${length}From`] = place.upto;
    if (calm.length + ramps.length === 0) return;
    const names = this.#settings.projects;
    await this.#store.write((tables) => {
      for (const { subject, since } of calm) {
        calmed(tables, subject, { at: endedAt + 1, since, names });
        saveSubject(tables, subject, at);
      }
      for (const { subject, alarm } of ramps) {
        raised(tables, subject, alarm, { names, place });
        saveSubject(tables, subject, at);
      }
    });
  }

  /** Was each project heard of in the hour that ends? */
  async #listen(slot: number): Promise<void> {
    const projects = [...this.#memory.projects];
    const from = this.#memory.place?.slowFrom ?? 0;
    const alpha = this.#settings.falsePagesPerWeek / (Math.max(1, projects.length) * 168);
    for (const [number, whole] of projects) {
      const { heard } = this.#store.tables.get<{ heard: number }>(
        `SELECT (SELECT count(*) FROM (SELECT 1 FROM events WHERE id > ?1 AND project = ?2 LIMIT 100000)) +
          (SELECT coalesce(sum(started), 0) FROM sessions WHERE project = ?2 AND hour = ?3) AS heard`,
        ...[from, number, slot],
      ) ?? { heard: 0 };
      const exposure = Math.max(0.02, usual(whole, slot * 3_600_000));
      const what = listen(whole.hearing, { slot, heard, exposure }, alpha);
      noteHour(whole, slot, heard);
      if (what === undefined) continue;
      await this.#store.write((tables) =>
        sayHeard(tables, this.#settings.projects.get(number) ?? "", what, (slot + 1) * 3_600_000),
      );
    }
  }
}
