import { Database } from "bun:sqlite";
import { chmodSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { FormBox } from "../../../freeze/cellar/contract.ts";
import type { KeptForm } from "../../../freeze/contract.ts";

/** How long a visitor's worker waits for another one's write; after that the form is refused. */
const waitMs = 250;
const openWaitMs = 2_000;
const listedMax = 10_000;
const schema = `
  CREATE TABLE IF NOT EXISTS form (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, receipt TEXT NOT NULL UNIQUE, service TEXT NOT NULL,
    method TEXT NOT NULL, path TEXT NOT NULL, kept_at INTEGER NOT NULL, bytes INTEGER NOT NULL,
    state TEXT NOT NULL, status INTEGER, tries INTEGER NOT NULL, changed_at INTEGER NOT NULL, sealed BLOB
  );
  CREATE INDEX IF NOT EXISTS form_service ON form (service, state, seq);`;
const columns = `receipt, service, method, path, kept_at AS "keptAt", bytes, state, status, tries`;

function opened(path: string): Database {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const db = new Database(path, { create: true });
  if (path !== ":memory:") chmodSync(path, 0o600);
  db.run(`PRAGMA busy_timeout = ${openWaitMs}`);
  // What was sent or dropped is overwritten, not only forgotten.
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"])
    db.run(`PRAGMA ${pragma}`);
  db.run(schema);
  db.run(`PRAGMA busy_timeout = ${waitMs}`);
  return db;
}

/** Kept forms of all services in one file: workers add, control sends and forgets. */
export function openFormBox(path: string): FormBox {
  const db = opened(path);
  return {
    add: adding(db),
    list: (service) =>
      db
        .query<KeptForm, [string | null]>(
          `SELECT ${columns} FROM form WHERE ?1 IS NULL OR service = ?1 ORDER BY seq LIMIT ${listedMax}`,
        )
        .all(service ?? null),
    next: (service) =>
      db
        .query<KeptForm & { sealed: Uint8Array }, [string]>(
          `SELECT ${columns}, sealed FROM form
           WHERE service = ? AND state IN ('waiting', 'sending') AND sealed IS NOT NULL ORDER BY seq LIMIT 1`,
        )
        .get(service) ?? undefined,
    mark: (receipt, { state, status, at }) => {
      // What has arrived is not needed any more, and what is not kept cannot be stolen.
      db.query(
        `UPDATE form SET state = ?, status = ?, changed_at = ?, tries = tries + ?,
           sealed = CASE WHEN ? THEN NULL ELSE sealed END WHERE receipt = ?`,
      ).run(state, status, at, state === "sending" ? 1 : 0, state === "sent" ? 1 : 0, receipt);
    },
    again: (service) =>
      db
        .query(
          "UPDATE form SET state = 'waiting', tries = 0 WHERE service = ? AND state = 'failed'",
        )
        .run(service).changes,
    drop: (service, receipt) =>
      db
        .query(
          "DELETE FROM form WHERE service = ?1 AND (?2 IS NULL OR receipt = ?2) AND state <> 'sending'",
        )
        .run(service, receipt ?? null).changes,
    forgetBefore: (at) =>
      db.query("DELETE FROM form WHERE state = 'sent' AND changed_at < ?").run(at).changes,
    close: () => db.close(),
  };
}

function adding(db: Database): FormBox["add"] {
  const held = db.query<{ count: number; bytes: number }, [string]>(
    `SELECT count(*) AS count, coalesce(sum(length(sealed)), 0) AS bytes FROM form
     WHERE service = ? AND sealed IS NOT NULL`,
  );
  const insert = db.query(
    `INSERT INTO form (receipt, service, method, path, kept_at, bytes, state, tries, changed_at, sealed)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', 0, ?5, ?7)`,
  );
  const add = db.transaction(
    (form: Parameters<FormBox["add"]>[0], max: Parameters<FormBox["add"]>[1]) => {
      const { count = 0, bytes = 0 } = held.get(form.service) ?? {};
      if (count >= max.count || bytes + form.sealed.length > max.bytes) return false;
      const { receipt, service, method, path, keptAt, sealed } = form;
      insert.run(receipt, service, method, path, keptAt, form.bytes, sealed);
      return true;
    },
  );
  return (form, max) => add.immediate(form, max);
}
