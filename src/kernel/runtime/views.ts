import { Database, type SQLQueryBindings } from "bun:sqlite";
import type { Position, Replayed } from "../log/log.ts";
import type { Tables, TableView, View } from "../manifest/views.ts";
import type { Facts } from "./facts.ts";

type Held = { view: View; value: unknown; position: Position; savedAt: Position };
type Tabled = { view: TableView; position: Position };

export type Views = {
  get<V>(of: View<V>): V;
  tables(of: TableView): Tables;
  /** Folds everything up to the log's head, at once. Throws when a fold throws: that is a bug, and going on would lie. */
  catchUp(): void;
  /** The same for a long past, in turns: at start, before anything can be appended. */
  foldPast(): Promise<void>;
  /** Throws a view away and folds it again from the first fact. */
  rebuild(name: string): Promise<void>;
  /** Writes memory views to disk, so that the next start folds only what came after. */
  save(): void;
  close(): void;
};

const pageSize = 2000;
const commitEvents = 10_000;

/** Opens the views over `path` (a file, or ":memory:"); call `foldPast` before use. Any of them can be thrown away. */
export const openViews = (of: {
  path: string;
  facts: Facts;
  views: readonly (View | TableView)[];
}): Views => new OpenViews(of.path, of.facts, of.views);

class OpenViews implements Views {
  readonly #facts: Facts;
  readonly #db: Database;
  readonly #sql: Tables;
  readonly #held = new Map<string, Held>();
  readonly #tabled = new Map<string, Tabled>();
  readonly #byType: ReturnType<typeof route>;

  constructor(path: string, facts: Facts, views: readonly (View | TableView)[]) {
    this.#facts = facts;
    this.#db = openDatabase(path, facts.epoch);
    this.#sql = sqlTables(this.#db);
    for (const view of views)
      if (view.kind === "view") this.#held.set(view.name, load(this.#sql, view));
      else this.#tabled.set(view.name, { view, position: prepare(this.#db, this.#sql, view) });
    this.#byType = route([...this.#held.values()], [...this.#tabled.values()]);
  }

  get<V>(view: View<V>): V {
    const found = this.#held.get(view.name);
    if (!found) throw new Error(`View ${view.name} is in no manifest.`);
    return found.value as V;
  }

  tables(view: TableView): Tables {
    if (!this.#tabled.has(view.name)) throw new Error(`Table view ${view.name} is in no manifest.`);
    return this.#sql;
  }

  catchUp(): void {
    const head = this.#facts.head();
    const { types } = this.#byType;
    for (let after = this.#behind(); after < head;) {
      const batch = this.#facts.page({ after, limit: pageSize, ...(types ? { types } : {}) });
      const last = batch.length < pageSize ? head : (batch.at(-1)?.position ?? head);
      this.#inTransaction(
        batch.some((each) => this.#byType.of(each.event.type).tables.length > 0),
        () => {
          for (const recorded of batch) this.#fold(recorded);
          this.#reached(last);
        },
      );
      after = last;
    }
  }

  async foldPast(): Promise<void> {
    const { types } = this.#byType;
    let folded = 0;
    this.#db.run("BEGIN");
    try {
      const head = await this.#facts.replay(
        { after: this.#behind(), ...(types ? { types } : {}) },
        (past) => {
          this.#fold(past);
          if (++folded % commitEvents > 0) return;
          this.#reached(past.position);
          this.#db.run("COMMIT; BEGIN");
        },
      );
      this.#reached(head);
      this.#db.run("COMMIT");
    } catch (error) {
      this.#db.run("ROLLBACK");
      throw error;
    }
  }

  #behind(): Position {
    const all = [...this.#held.values(), ...this.#tabled.values()];
    return Math.min(this.#facts.head(), ...all.map((each) => each.position));
  }

  #fold(past: Replayed): void {
    const { views, tables } = this.#byType.of(past.event.type);
    for (const each of views)
      if (each.position < past.position) each.value = each.view.apply(each.value, past);
    for (const each of tables)
      if (each.position < past.position) each.view.apply(this.#sql, past, this.#facts);
  }

  #reached(position: Position): void {
    for (const each of this.#held.values()) each.position = Math.max(each.position, position);
    for (const each of this.#tabled.values()) {
      if (each.position >= position) continue;
      each.position = position;
      if (this.#db.inTransaction)
        this.#sql.run(
          "UPDATE castor_views SET position = ? WHERE name = ?",
          position,
          each.view.name,
        );
    }
  }

  #inTransaction(needed: boolean, fold: () => void): void {
    if (needed) this.#db.transaction(fold)();
    else fold();
  }

  async rebuild(name: string): Promise<void> {
    const memory = this.#held.get(name);
    const table = this.#tabled.get(name);
    if (!memory && !table) throw new Error(`There is no view ${name}.`);
    if (memory) Object.assign(memory, { value: memory.view.empty(), position: 0, savedAt: 0 });
    if (table) table.position = recreate(this.#db, this.#sql, table.view);
    await this.foldPast();
    this.catchUp();
  }

  save(): void {
    save(this.#db, this.#sql, [...this.#held.values()]);
  }

  close(): void {
    this.save();
    this.#db.close();
  }
}

function route(held: readonly Held[], tabled: readonly Tabled[]) {
  const everything = tabled.filter((each) => each.view.from === "all");
  const views = group(held, (each) => each.view.from.map((def) => def.type));
  const tables = group(tabled, (each) =>
    each.view.from === "all" ? [] : each.view.from.map((def) => def.type),
  );
  const types = [...new Set([...views.keys(), ...tables.keys()])];
  const routes = new Map(
    types.map((type) => [
      type,
      { views: views.get(type) ?? [], tables: [...everything, ...(tables.get(type) ?? [])] },
    ]),
  );
  const others = { views: [], tables: everything };
  return {
    types: everything.length > 0 ? undefined : types,
    of: (type: string): { views: readonly Held[]; tables: readonly Tabled[] } =>
      routes.get(type) ?? others,
  };
}

function group<T>(all: readonly T[], keys: (each: T) => readonly string[]): Map<string, T[]> {
  const grouped = new Map<string, T[]>();
  for (const each of all)
    for (const key of keys(each)) grouped.set(key, [...(grouped.get(key) ?? []), each]);
  return grouped;
}

/** Views of another log (a restore starts a new epoch) are of no use: they are dropped. */
function openDatabase(path: string, epoch: string): Database {
  const db = new Database(path, { create: true, strict: true });
  db.run("PRAGMA journal_mode = WAL");
  db.run("PRAGMA synchronous = NORMAL");
  db.run("CREATE TABLE IF NOT EXISTS castor_epoch (epoch TEXT NOT NULL)");
  db.run(
    "CREATE TABLE IF NOT EXISTS castor_views (name TEXT PRIMARY KEY, version INTEGER NOT NULL, position INTEGER NOT NULL, value TEXT)",
  );
  const known = db.query<{ epoch: string }, []>("SELECT epoch FROM castor_epoch").get();
  if (known?.epoch !== epoch) {
    db.run("UPDATE castor_views SET version = -1");
    db.run("DELETE FROM castor_epoch");
    db.query("INSERT INTO castor_epoch VALUES (?)").run(epoch);
  }
  return db;
}

type Row = { version: number; position: number; value: string | null };
const known = (tables: Tables, name: string): Row | undefined =>
  tables.get<Row>("SELECT version, position, value FROM castor_views WHERE name = ?", name);

function load(tables: Tables, view: View): Held {
  const row = known(tables, view.name);
  if (row?.version !== view.version || row.value === null)
    return { view, value: view.empty(), position: 0, savedAt: 0 };
  return {
    view,
    value: view.load(JSON.parse(row.value)),
    position: row.position,
    savedAt: row.position,
  };
}

function save(db: Database, tables: Tables, held: readonly Held[]): void {
  const changed = held.filter((each) => each.position > each.savedAt);
  db.transaction(() => {
    for (const each of changed) {
      tables.run(
        "INSERT OR REPLACE INTO castor_views (name, version, position, value) VALUES (?, ?, ?, ?)",
        each.view.name,
        each.view.version,
        each.position,
        JSON.stringify(each.view.save(each.value)),
      );
      each.savedAt = each.position;
    }
  })();
}

function prepare(db: Database, tables: Tables, view: TableView): Position {
  const row = known(tables, view.name);
  return row?.version === view.version ? row.position : recreate(db, tables, view);
}

function recreate(db: Database, tables: Tables, view: TableView): Position {
  const prefix = view.name.replaceAll(/[.-]/g, "_");
  const old = tables.all<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND (name = ? OR substr(name, 1, ?) = ?)",
    prefix,
    prefix.length + 1,
    `${prefix}_`,
  );
  db.transaction(() => {
    // Shadow tables of a full-text index go with their table.
    for (const { name } of old)
      if (!/_(data|idx|content|docsize|config)$/.test(name))
        db.run(`DROP TABLE IF EXISTS "${name}"`);
    db.run(view.schema);
    tables.run(
      "INSERT OR REPLACE INTO castor_views (name, version, position) VALUES (?, ?, 0)",
      view.name,
      view.version,
    );
  })();
  return 0;
}

const sqlTables = (db: Database): Tables => ({
  run: (sql, ...params) => void db.query<unknown, SQLQueryBindings[]>(sql).run(...params),
  all: <R>(sql: string, ...params: SQLQueryBindings[]) =>
    db.query<R, SQLQueryBindings[]>(sql).all(...params),
  get: <R>(sql: string, ...params: SQLQueryBindings[]) =>
    db.query<R, SQLQueryBindings[]>(sql).get(...params) ?? undefined,
});
