import type { Database } from "bun:sqlite";
import { type StoreDef, StoreUnusable } from "./stores.ts";

/** Brings a database to the newest version, all or nothing. */
export function migrate(db: Database, { name, migrations }: StoreDef): void {
  const version =
    db.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;
  if (version > migrations.length)
    throw new StoreUnusable(
      `The store ${name} was written by a newer Castor (version ${version}, this one knows ${migrations.length}).`,
    );
  if (version === migrations.length) return;
  db.transaction(() => {
    for (const sql of migrations.slice(version)) db.run(sql);
    db.run(`PRAGMA user_version = ${migrations.length}`);
  }).immediate();
}
