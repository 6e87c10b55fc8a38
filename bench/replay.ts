import { Database } from "bun:sqlite";
import { join } from "node:path";
import { machineClock } from "../src/kernel/clock/machine.ts";
import type { Log } from "../src/kernel/log/log.ts";
import { openSqliteLog } from "../src/kernel/log/sqlite.ts";
import type { BenchResult } from "./kit/rows.ts";
import { benchFolder, fill } from "./log.ts";

const rounds = 3;
const events = 1_000_000;
type Sum = { count: number; amount: number };
type Data = { n: number; amount: number; text: string };

const add = (sums: Map<string, Sum>, stream: string, { amount }: Data): void => {
  const known = sums.get(stream);
  if (!known) sums.set(stream, { count: 1, amount });
  else {
    known.count++;
    known.amount += amount;
  }
};

/** Seconds to fold the whole log into sums by stream in memory. */
export async function replayIntoMemory(log: Log): Promise<number> {
  const sums = new Map<string, Sum>();
  const start = performance.now();
  await log.replay({ after: 0 }, ({ stream, event }) => add(sums, stream, event.data as Data));
  return finished(start, sums);
}

/** The same fold over a bare select of the same file. */
function bareIntoMemory(path: string): number {
  const db = new Database(path, { readonly: true });
  const page = db.prepare(
    "SELECT position, stream, data FROM events WHERE position > ? LIMIT 4096",
  );
  const sums = new Map<string, Sum>();
  const start = performance.now();
  for (let after = 0; after < events;) {
    const rows = page.all(after) as { position: number; stream: string; data: string }[];
    for (const { stream, data } of rows) add(sums, stream, JSON.parse(data) as Data);
    after = rows.at(-1)?.position ?? events;
  }
  db.close();
  return finished(start, sums);
}

function finished(start: number, sums: Map<string, Sum>): number {
  const seconds = (performance.now() - start) / 1_000;
  const count = [...sums.values()].reduce((total, sum) => total + sum.count, 0);
  if (count !== events) throw new Error(`Folded ${count} of ${events} events.`);
  return seconds;
}

const tableSchema =
  "CREATE TABLE facts (n INTEGER PRIMARY KEY, stream TEXT, amount INTEGER, type TEXT)";
const commitEvents = 10_000;

/** Seconds to write one table row for every event of the log. */
export async function replayIntoTable(log: Log, path: string): Promise<number> {
  const db = tableAt(path);
  const put = db.prepare("INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)");
  let folded = 0;
  const start = performance.now();
  db.run("BEGIN");
  await log.replay({ after: 0 }, ({ stream, event }) => {
    const { n, amount } = event.data as Data;
    put.run(n, stream, amount, event.type);
    if (++folded % commitEvents === 0) db.run("COMMIT; BEGIN");
  });
  db.run("COMMIT");
  return tableFinished(start, db);
}

/** The same table by one statement within SQLite. */
function bareIntoTable(logPath: string, path: string): number {
  const db = tableAt(path);
  db.run("ATTACH ? AS log", [logPath]);
  const start = performance.now();
  db.run(
    `INSERT OR REPLACE INTO facts SELECT data ->> 'n', stream, data ->> 'amount', names.text
      FROM log.events JOIN log.names ON names.id = events.type ORDER BY position`,
  );
  return tableFinished(start, db);
}

function tableAt(path: string): Database {
  const db = new Database(path, { create: true });
  for (const pragma of ["journal_mode = WAL", "synchronous = NORMAL"]) db.run(`PRAGMA ${pragma}`);
  db.run(tableSchema);
  return db;
}

function tableFinished(start: number, db: Database): number {
  const seconds = (performance.now() - start) / 1_000;
  const { count } = db.query("SELECT count(*) AS count FROM facts").get() as { count: number };
  db.close();
  if (count !== events) throw new Error(`The table has ${count} of ${events} rows.`);
  return seconds;
}

const fastest = (of: number[]): number => Math.min(...of);

/** How fast a log becomes views again. */
export async function bench(): Promise<BenchResult> {
  const folder = benchFolder();
  const path = join(folder.path, "log.db");
  try {
    const log = openSqliteLog({ path, clock: machineClock() });
    await fill(log, events);
    const ours: Record<"memory" | "table", number[]> = { memory: [], table: [] };
    const bare: Record<"memory" | "table", number[]> = { memory: [], table: [] };
    for (let round = 0; round < rounds; round++) {
      ours.memory.push(await replayIntoMemory(log));
      bare.memory.push(bareIntoMemory(path));
      ours.table.push(await replayIntoTable(log, join(folder.path, `ours-${round}.db`)));
      bare.table.push(bareIntoTable(path, join(folder.path, `bare-${round}.db`)));
    }
    await log.close();
    const [memory, bareMemory] = [fastest(ours.memory), fastest(bare.memory)];
    const [table, bareTable] = [fastest(ours.table), fastest(bare.table)];
    const rows = [
      {
        what: "replay of 1 M events into a memory view",
        castor: events / memory,
        peer: events / bareMemory,
        peerName: "bun:sqlite, bare select and JSON.parse",
        ratio: bareMemory / memory,
        unit: "events/s",
      },
      {
        what: "table view of 1 M events rebuilt",
        castor: table,
        peer: bareTable,
        peerName: "sqlite, one INSERT … SELECT",
        ratio: bareTable / table,
        unit: "s",
      },
    ];
    return { name: "replay", rows };
  } finally {
    folder.remove();
  }
}
