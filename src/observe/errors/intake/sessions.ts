import { hash32, type Tables } from "#kernel";
import { type Json, listOf, numberOf, recordOf, wordOf } from "../event/json.ts";
import { timeOf } from "../event/read-event.ts";

const hourMs = 3_600_000;
const slotsMax = 200_000;
/** A session that is told of again after this counts as another. */
const knownHours = 5 * 24;
const knownMax = 500_000;
const skewHoursMax = 30 * 24;

type Of = { project: number; received: number };
type Slot = { project: number; release: string; environment: string; hour: number };
type Counts = { started: number; errored: number; crashed: number };

/** What a session has come to, worse ones higher: SDKs tell of it again whenever that changes, and repeat themselves. */
const well = 0;
const errored = 1;
const crashed = 2;

function worstOf(sent: Json): number {
  const status = wordOf(sent["status"]) ?? "ok";
  if (status === "crashed" || status === "abnormal") return crashed;
  const hasErrors = (numberOf(sent["errors"]) ?? 0) > 0;
  // `unhandled` (SDK 11 in browsers): an error that nobody caught, which ended nothing.
  return hasErrors || status === "errored" || status === "unhandled" ? errored : well;
}

/** One session, told of any number of times: it counts once, by the worst that was told. */
export function keepSession(tables: Tables, sent: Json, of: Of): void {
  const slot = slotOf(sent, sent["started"], of);
  const worst = worstOf(sent);
  const sid = sidOf(sent["sid"]);
  if (sid === undefined) return add(tables, slot, countsOf(worst));
  const known = tables.get<Slot & { id: number; worst: number }>(
    "SELECT id, project, release, environment, hour, worst FROM known_sessions WHERE project = ? AND sid = ?",
    ...[of.project, sid],
  );
  if (!known) {
    const { project, release, environment, hour } = slot;
    tables.run(
      "INSERT INTO known_sessions (project, sid, release, environment, hour, worst) VALUES (?, ?, ?, ?, ?, ?)",
      ...[project, sid, release, environment, hour, worst],
    );
    return add(tables, slot, countsOf(worst));
  }
  if (worst <= known.worst) return;
  tables.run("UPDATE known_sessions SET worst = ? WHERE id = ?", worst, known.id);
  const [was, is] = [countsOf(known.worst), countsOf(worst)];
  // Where it was counted when it began, so that no slot ends up with less than nothing.
  add(tables, known, {
    started: 0,
    errored: is.errored - was.errored,
    crashed: is.crashed - was.crashed,
  });
}

const countsOf = (worst: number): Counts => ({
  started: 1,
  errored: worst === errored ? 1 : 0,
  crashed: worst === crashed ? 1 : 0,
});

/** A UUID as its bytes; whatever else an SDK may use, by its hash. */
function sidOf(sent: unknown): Uint8Array | undefined {
  const sid = wordOf(sent, 100)?.replaceAll("-", "");
  if (sid === undefined) return undefined;
  return /^[0-9a-f]{32}$/i.test(sid)
    ? Buffer.from(sid, "hex")
    : Buffer.from(`${hash32(sid)}/${sid.slice(0, 40)}`);
}

/** Sessions that the SDK counted itself, by minute or hour. */
export function keepSessions(tables: Tables, sent: Json, of: Of): void {
  for (const each of listOf(sent["aggregates"]).slice(0, 1_000)) {
    const slot = recordOf(each);
    const n = (name: string): number => Math.max(0, Math.round(numberOf(slot?.[name]) ?? 0));
    const counts = {
      errored: n("errored") + n("unhandled"),
      crashed: n("crashed") + n("abnormal"),
    };
    const started = n("exited") + counts.errored + counts.crashed;
    add(tables, slotOf(sent, slot?.["started"], of), { started, ...counts });
  }
}

function slotOf(sent: Json, started: unknown, { project, received }: Of): Slot {
  const attributes = recordOf(sent["attrs"]) ?? {};
  const said = timeOf(started) ?? received;
  // A clock that is wrong must not make slots without end.
  const at = Math.abs(said - received) > skewHoursMax * hourMs ? received : said;
  return {
    project,
    release: wordOf(attributes["release"], 250) ?? "",
    environment: wordOf(attributes["environment"], 64) ?? "",
    hour: Math.floor(at / hourMs),
  };
}

function add(tables: Tables, slot: Slot, more: Counts): void {
  if (more.started === 0 && more.errored === 0 && more.crashed === 0) return;
  tables.run(
    `INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (project, release, environment, hour) DO UPDATE SET
      started = started + excluded.started, errored = errored + excluded.errored, crashed = crashed + excluded.crashed`,
    ...[slot.project, slot.release, slot.environment, slot.hour],
    ...[more.started, more.errored, more.crashed],
  );
}

/** Sessions that nobody will tell of again, and slots beyond the limit. */
export function trimSessions(tables: Tables, now: number): void {
  tables.run("DELETE FROM known_sessions WHERE hour < ?", Math.floor(now / hourMs) - knownHours);
  tables.run(
    "DELETE FROM known_sessions WHERE id <= (SELECT max(id) FROM known_sessions) - ?",
    knownMax,
  );
  tables.run(
    "DELETE FROM sessions WHERE hour <= (SELECT hour FROM sessions ORDER BY hour DESC LIMIT 1 OFFSET ?)",
    slotsMax,
  );
}
