import { Database } from "bun:sqlite";
import { join } from "node:path";
import { machineClock } from "../src/kernel/clock/machine.ts";
import * as z from "zod";
import {
  event,
  type EventDef,
  table,
  type TableView,
  view,
  type View,
} from "../src/kernel/index.ts";
import type { Log } from "../src/kernel/log/log.ts";
import { openFacts } from "../src/kernel/runtime/facts.ts";
import { openViews } from "../src/kernel/runtime/views.ts";
import { openSealer } from "../src/kernel/seal/sealer.ts";
import { openSqliteLog } from "../src/kernel/log/sqlite.ts";
import { type BenchResult, median } from "./kit/rows.ts";
import { benchFolder, fill } from "./log.ts";

const rounds = 3;
const events = 1_000_000;
type Sum = { count: number; amount: number };
type Data = z.infer<typeof Data>;

const add = (sums: Map<string, Sum>, stream: string, { amount }: Data): void => {
  const known = sums.get(stream);
  if (!known) sums.set(stream, { count: 1, amount });
  else {
    known.count++;
    known.amount += amount;
  }
};

const about = { says: () => "Something happened on the bench" };
const Data = z.object({ n: z.number(), amount: z.number(), text: z.string() });
const opened = event("bench.opened", Data, about);
const changed = event("bench.changed", Data, about);
const closed = event("bench.closed", Data, about);
const from = [opened, changed, closed];
const defs = from as unknown as readonly EventDef[];

const sums = view<Map<string, Sum>, (typeof from)[number]>("bench.sums", {
  from,
  empty: () => new Map(),
  apply: (known, { stream, event: { data } }) => {
    add(known, stream, data);
    return known;
  },
  save: (known) => [...known],
});
const rows = table<(typeof from)[number]>("bench.rows", {
  from,
  schema: "CREATE TABLE bench_rows (n INTEGER PRIMARY KEY, stream TEXT, amount INTEGER, type TEXT)",
  apply: (tables, { stream, event: { type, data } }) => {
    tables.run(
      "INSERT OR REPLACE INTO bench_rows VALUES (?, ?, ?, ?)",
      data.n,
      stream,
      data.amount,
      type,
    );
  },
});

/** Seconds until a view that knows nothing has folded the whole log. */
async function rebuilt(log: Log, which: View | TableView, path: string): Promise<number> {
  const sealer = openSealer({ path: ":memory:", clock: machineClock() });
  const views = openViews({ path, facts: openFacts({ log, sealer, defs }), views: [which] });
  const start = performance.now();
  await views.foldPast();
  const seconds = (performance.now() - start) / 1_000;
  const count =
    which.kind === "view"
      ? [...(views.get(which) as Map<string, Sum>).values()].reduce(
          (all, sum) => all + sum.count,
          0,
        )
      : views.tables(which).get<{ count: number }>("SELECT count(*) AS count FROM bench_rows")
          ?.count;
  if (count !== events) throw new Error(`Folded ${count} of ${events} events.`);
  views.close();
  return seconds;
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
      ours.memory.push(await rebuilt(log, sums as View, ":memory:"));
      bare.memory.push(bareIntoMemory(path));
      ours.table.push(await rebuilt(log, rows, join(folder.path, `ours-${round}.db`)));
      bare.table.push(bareIntoTable(path, join(folder.path, `bare-${round}.db`)));
    }
    await log.close();
    const [memory, bareMemory] = [median(ours.memory), median(bare.memory)];
    const [table, bareTable] = [median(ours.table), median(bare.table)];
    const measured = [
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
    return { name: "replay", rows: measured };
  } finally {
    folder.remove();
  }
}
