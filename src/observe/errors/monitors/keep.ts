import type { Outpost, Store, Tables } from "#kernel";
import { type Json, numberOf, wordOf } from "../event/json.ts";
import { tell } from "../intake/findings.ts";
import {
  checkIn,
  dueAt,
  type Followed,
  forgive,
  look,
  type Monitor,
  type News,
} from "./monitor.ts";
import { readPlan } from "./plan.ts";

/** Keys are public in browsers, so monitors and what is told of them have an end, for each project. */
const monitorsMax = 500;
const toldMonitorsPerHourMax = 100;
const toldPerHourMax = 6;
const hourMs = 3_600_000;
/** Nobody listened when no look was for so long. */
const awayMs = 60_000;
const lookedTogether = 200;
/** A job that said nothing for so long, and is not expected, is gone. */
const forgottenMs = 90 * 86_400_000;
const historyMs = 90 * 86_400_000;

type Key = { project: number; monitor: string; environment: string };
/** As kept; `told` are the times in the last hour at which it was news. */
type Kept = Monitor & { told: readonly number[] };
type Row = Key & { state: string };
const find = "SELECT state FROM monitors WHERE project = ? AND monitor = ? AND environment = ?";

/** A job that says that it began, or how it ended. */
export function keepCheckIn(
  tables: Tables,
  sent: Json,
  of: { project: number; name: string; received: number },
): void {
  const monitor = wordOf(sent["monitor_slug"], 100);
  if (monitor === undefined) return;
  const key = { project: of.project, monitor, environment: wordOf(sent["environment"], 64) ?? "" };
  const row = tables.get<Row>(find, key.project, key.monitor, key.environment);
  if (!row && isFull(tables, of.project)) return;
  const seconds = numberOf(sent["duration"]);
  const status = wordOf(sent["status"], 20) ?? "unknown";
  const said = wordOf(sent["check_in_id"], 64)?.replaceAll("-", "");
  // Nothing, or nothing but zeros, means the run that goes on.
  const isSaid = said !== undefined && !/^0+$/.test(said);
  const id = isSaid ? said : (goingOn(tables, key, status) ?? `${monitor} ${of.received}`);
  note(tables, key, {
    ...{ id, status, at: of.received },
    ...(seconds === undefined ? {} : { durationMs: Math.round(seconds * 1_000) }),
  });
  const known = row && (JSON.parse(row.state) as Kept);
  const plan = readPlan(sent["monitor_config"]);
  const followed = checkIn(known, { id, status, at: of.received, plan });
  save(tables, key, { followed, told: known?.told ?? [], name: of.name });
}

function goingOn(tables: Tables, key: Key, status: string): string | undefined {
  if (status === "in_progress") return undefined;
  const { project, monitor, environment } = key;
  return tables.get<{ id: string }>(
    `SELECT id FROM check_ins WHERE project = ? AND monitor = ? AND environment = ? AND status = 'in_progress'
      ORDER BY at DESC LIMIT 1`,
    ...[project, monitor, environment],
  )?.id;
}

const isFull = (tables: Tables, project: number): boolean =>
  (tables.get<{ n: number }>("SELECT count(*) AS n FROM monitors WHERE project = ?", project)?.n ??
    0) >= monitorsMax;

function note(
  tables: Tables,
  { project, monitor, environment }: Key,
  of: { id: string; status: string; at: number; durationMs?: number },
): void {
  tables.run(
    `INSERT INTO check_ins (project, id, monitor, environment, status, at, duration_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (project, id) DO UPDATE SET
      status = excluded.status, at = excluded.at, duration_ms = coalesce(excluded.duration_ms, excluded.at - at)`,
    ...[project, of.id, monitor, environment, of.status, of.at, of.durationMs ?? null],
  );
}

function save(
  tables: Tables,
  key: Key,
  of: { followed: Followed; told: readonly number[]; name: string },
): void {
  const { followed, name } = of;
  const { monitor, news } = followed;
  const at = monitor.last.at;
  const recent = of.told.filter((each) => each > (news?.at ?? at) - hourMs);
  const isTold = news !== undefined && mayTell(tables, key, recent, news.at);
  const told = isTold ? [...recent, news.at] : recent;
  tables.run(
    "INSERT OR REPLACE INTO monitors VALUES (?, ?, ?, ?, ?, ?, ?)",
    ...[key.project, key.monitor, key.environment],
    ...[dueAt(monitor) ?? null, told.at(-1) ?? null, at, JSON.stringify({ ...monitor, told })],
  );
  if (isTold) tell(tables, { kind: "monitor", ...findingOf(key, name, news) });
}

function mayTell(tables: Tables, { project }: Key, recent: readonly number[], at: number): boolean {
  if (recent.length >= toldPerHourMax) return false;
  const { n } = tables.get<{ n: number }>(
    "SELECT count(*) AS n FROM monitors WHERE project = ? AND told > ?",
    ...[project, at - hourMs],
  ) ?? { n: 0 };
  return recent.length > 0 || n < toldMonitorsPerHourMax;
}

const findingOf = ({ monitor, environment }: Key, project: string, news: News) => ({
  ...{ project, monitor, environment, news },
});

/** Looks at the clock for those who should have checked in. */
export class MonitorWatch {
  readonly #outpost: Outpost;
  readonly #store: Store;
  readonly #names: () => ReadonlyMap<number, string>;
  #lookedAt: number | undefined;
  #notedAt = 0;

  constructor(outpost: Outpost, store: Store, names: () => ReadonlyMap<number, string>) {
    this.#outpost = outpost;
    this.#store = store;
    this.#names = names;
  }

  async tick(): Promise<void> {
    const now = this.#outpost.clock.now();
    const names = this.#names();
    if (names.size === 0) return; // The picture is not there yet.
    this.#lookedAt ??= Number(
      this.#store.tables.get<{ value: string }>(
        "SELECT value FROM meta WHERE name = 'monitors-looked'",
      )?.value ?? now,
    );
    if (now - this.#lookedAt > awayMs) await this.#comeBack(now);
    await this.#noteLook(now);
    for (;;) {
      const rows = this.#store.tables.all<Row>(
        "SELECT project, monitor, environment, state FROM monitors WHERE due <= ? LIMIT ?",
        ...[now, lookedTogether],
      );
      if (rows.length === 0) return;
      await this.#store.write((tables) => {
        for (const row of rows)
          this.#look(tables, row, { now, name: names.get(row.project) ?? "" });
      });
    }
  }

  /** On disk now and then: whoever is started next knows by it how long nobody looked. */
  async #noteLook(now: number): Promise<void> {
    this.#lookedAt = now;
    if (now - this.#notedAt < awayMs / 2) return;
    this.#notedAt = now;
    await this.#store.write((tables) =>
      tables.run("INSERT OR REPLACE INTO meta VALUES ('monitors-looked', ?)", String(now)),
    );
  }

  #look(tables: Tables, key: Row, { now, name }: { now: number; name: string }): void {
    const row = tables.get<Row>(find, key.project, key.monitor, key.environment);
    if (!row) return;
    const known = JSON.parse(row.state) as Kept;
    const followed = look(known, now);
    for (const at of followed.missed ?? [])
      note(tables, key, {
        id: `missed ${key.monitor} ${key.environment} ${at}`,
        status: "missed",
        at,
      });
    for (const id of followed.overran ?? [])
      tables.run(
        "UPDATE check_ins SET status = 'overran' WHERE project = ? AND id = ? AND status = 'in_progress'",
        ...[key.project, id],
      );
    save(tables, key, { followed, told: known.told, name });
  }

  /** Check-ins that came while nobody listened are lost, so nobody is blamed for them. */
  async #comeBack(now: number): Promise<void> {
    const rows = this.#store.tables.all<Row>(
      "SELECT project, monitor, environment, state FROM monitors WHERE due <= ?",
      now,
    );
    if (rows.length === 0) return;
    await this.#store.write((tables) => {
      for (const row of rows) {
        const { told, ...known } = JSON.parse(row.state) as Kept;
        save(tables, row, { followed: { monitor: forgive(known, now) }, told, name: "" });
      }
    });
  }
}

/** Somebody said that a job is no more; should it check in again, it is a new one. */
export function forgetMonitor(tables: Tables, { project, monitor, environment }: Key): void {
  for (const table of ["monitors", "check_ins"])
    tables.run(
      `DELETE FROM ${table} WHERE project = ? AND monitor = ? AND environment = ?`,
      ...[project, monitor, environment],
    );
}

/** What is old, and who never says when he comes. */
export function trimMonitors(tables: Tables, now: number): void {
  tables.run("DELETE FROM check_ins WHERE at < ?", now - historyMs);
  tables.run("DELETE FROM monitors WHERE due IS NULL AND seen < ?", now - forgottenMs);
}
