import type { StoreDef } from "#kernel";

/**
 * Each batch that was acknowledged is a row of the journal, on disk before its sender hears of it; now and then what it led to
 * is written as a whole and the journal begins anew.
 */
export const alertsStore: StoreDef = {
  name: "alerts",
  // Written all the time, read at the start and for the past: what is open is in memory anyway.
  cacheKb: 4_000,
  migrations: [
    `
CREATE TABLE journal (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, batch TEXT NOT NULL) STRICT;
CREATE TABLE alerts (fingerprint TEXT PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE groups (key TEXT PRIMARY KEY, told TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE history (
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, fingerprint TEXT NOT NULL, alert TEXT NOT NULL
) STRICT;
CREATE INDEX history_by_time ON history (at);
CREATE INDEX history_by_alert ON history (fingerprint, id);
`,
    "CREATE TABLE beats (name TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID, STRICT",
    "CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, finding TEXT NOT NULL) STRICT",
  ],
};
