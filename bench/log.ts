import { Database } from "bun:sqlite";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { machineClock } from "../src/kernel/clock/machine.ts";
import type { Log } from "../src/kernel/log/log.ts";
import { openSqliteLog } from "../src/kernel/log/sqlite.ts";
import { removeLog } from "../src/kernel/log/sqlite-store.ts";
import { type BenchResult, type BenchRow, median } from "./kit/rows.ts";

const roundMs = 1_000;
const rounds = 7;
const reopenRounds = 3;
const fillEvents = 1_000_000;
const fillEnvelopeEvents = 100;
const fillEnvelopesInFlight = 50;
const text = "x".repeat(200);
const by = { kind: "system", id: "bench" } as const;
const clock = machineClock();

/** A folder on the disk of this checkout: what is durable in memory only would prove nothing. */
export function benchFolder(): { path: string; remove(): void } {
  const parent = join(import.meta.dir, "..", ".castor", "bench");
  mkdirSync(parent, { recursive: true });
  const path = mkdtempSync(join(parent, "run-"));
  return { path, remove: () => rmSync(path, { recursive: true }) };
}

/** Fills a log with events of three types over a hundred streams, as fast as it goes. */
export async function fill(log: Log, events = fillEvents): Promise<void> {
  const types = ["bench.opened", "bench.changed", "bench.closed"];
  let next = 0;
  const envelope = () => ({
    id: `fill-${String(next).padStart(9, "0")}`,
    by,
    events: Array.from({ length: fillEnvelopeEvents }, () => {
      const n = next++;
      const type = types[n % types.length] ?? "";
      return { stream: `bench/${n % 100}`, type, data: { n, amount: n % 7, text } };
    }),
  });
  const fillUp = async (): Promise<void> => {
    while (next < events) await log.append(envelope());
  };
  await Promise.all(Array.from({ length: fillEnvelopesInFlight }, fillUp));
}

const secondsSince = (start: number): number => (performance.now() - start) / 1_000;

let ids = 0;
/** Events per second that so many appenders get acknowledged, each on a stream of its own, expecting its version. */
async function appended(log: Log, appenders: number): Promise<number> {
  const start = performance.now();
  let count = 0;
  const append = async (_: unknown, appender: number): Promise<void> => {
    const stream = `bench/${appender}`;
    let version = log.version(stream);
    while (performance.now() - start < roundMs) {
      const id = `bench-${String(ids++).padStart(9, "0")}`;
      const data = { n: count, amount: 1, text };
      const expect = { [stream]: version++ };
      await log.append({ id, by, expect, events: [{ stream, type: "bench.happened", data }] });
      count++;
    }
  };
  await Promise.all(Array.from({ length: appenders }, append));
  return count / secondsSince(start);
}

/** A bare insert loop with the same durability: no versions, no ids, no chain, nobody waiting. */
function barePeer(path: string): (eventsPerCommit: number) => number {
  const db = new Database(path, { create: true });
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL"]) db.run(`PRAGMA ${pragma}`);
  db.run("CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT, type TEXT, data TEXT)");
  const insert = db.prepare("INSERT INTO events (stream, type, data) VALUES (?, ?, ?)");
  let n = 0;
  const commit = db.transaction((events: number) => {
    for (let each = 0; each < events; each++)
      insert.run(`bench/${each}`, "bench.happened", JSON.stringify({ n: n++, amount: 1, text }));
  });
  return (eventsPerCommit) => {
    const start = performance.now();
    let count = 0;
    for (; performance.now() - start < roundMs; count += eventsPerCommit) commit(eventsPerCommit);
    return count / secondsSince(start);
  };
}

/** Ours and the peer's in turns, so that whatever else the machine does falls on both. */
async function appendRow(
  log: Log,
  peer: (perCommit: number) => number,
  appenders: number,
): Promise<BenchRow> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await appended(log, appenders));
    theirs.push(peer(appenders));
  }
  const [castor, other] = [median(ours), median(theirs)];
  return {
    what: `durable append, ${appenders} appender${appenders > 1 ? "s" : ""}, one event each`,
    castor,
    peer: other,
    peerName: `bun:sqlite, bare inserts, ${appenders} per commit`,
    ratio: castor / other,
    unit: "events/s",
  };
}

/** Milliseconds until a log answers what its head is and where a stream stands, against a bare open and select. */
function reopenRow(what: string, path: string): BenchRow {
  // Each opening gets a copy of the file as it was left: the first one would put it in order for the others.
  const timed = (open: (copy: string) => () => void): number => {
    const times = Array.from({ length: reopenRounds }, () => {
      const copy = `${path}.copy`;
      copyAsLeft(path, copy);
      const start = performance.now();
      const close = open(copy);
      const took = performance.now() - start;
      close();
      removeLog(copy);
      return took;
    });
    return median(times);
  };
  const castor = timed((copy) => {
    const log = openSqliteLog({ path: copy, clock });
    if (log.head() === 0 || log.version("bench/1") === 0) throw new Error(`${path} is empty.`);
    return () => void log.close();
  });
  const peer = timed((copy) => {
    const db = new Database(copy);
    db.query("SELECT max(position) FROM events").get();
    return () => db.close();
  });
  return {
    what,
    castor,
    peer,
    peerName: "bun:sqlite, open and select",
    ratio: peer / castor,
    unit: "ms",
  };
}

/** Copies a log's files as they are: while it is open, that is what a killed process would leave. */
function copyAsLeft(path: string, to: string): void {
  for (const suffix of ["", "-wal"])
    if (existsSync(path + suffix)) copyFileSync(path + suffix, to + suffix);
}

/** The embedded log: how fast it takes facts durably, and how soon it is back. */
export async function bench(): Promise<BenchResult> {
  const folder = benchFolder();
  const path = join(folder.path, "log.db");
  const killed = join(folder.path, "killed.db");
  try {
    const log = openSqliteLog({ path, clock });
    const peer = barePeer(join(folder.path, "peer.db"));
    const rows: BenchRow[] = [await appendRow(log, peer, 100), await appendRow(log, peer, 1)];
    const missing = fillEvents - log.head();
    if (missing > 0) await fill(log, missing);
    copyAsLeft(path, killed);
    await log.close();
    rows.push(reopenRow("reopen at 1 M events", path));
    rows.push(reopenRow("reopen at 1 M events, killed while writing", killed));
    return { name: "log", rows };
  } finally {
    folder.remove();
  }
}
