import { type Effects, ownStore, type StoreDef } from "#kernel";
import type { Config } from "../config.ts";
import { Roster } from "./roster.ts";
import { Sendings } from "./sendings.ts";

/** Addresses stand here alone, never in the log: to remove a row is to erase somebody. */
export const subscribersStore: StoreDef = {
  name: "status-subscribers",
  migrations: [
    `CREATE TABLE keys (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE subscribers (
      id TEXT PRIMARY KEY, kind TEXT NOT NULL, address TEXT NOT NULL, digest TEXT NOT NULL UNIQUE,
      language TEXT NOT NULL, secret TEXT, state TEXT NOT NULL, made INTEGER NOT NULL,
      asked INTEGER NOT NULL, why TEXT
    ) STRICT;
    CREATE INDEX subscribers_by_state ON subscribers (state, made);
    CREATE TABLE wants (
      subscriber TEXT NOT NULL, what TEXT NOT NULL, PRIMARY KEY (subscriber, what)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX wants_by_what ON wants (what);
    CREATE TABLE sendings (
      post TEXT PRIMARY KEY, thread TEXT NOT NULL, news TEXT NOT NULL, made INTEGER NOT NULL,
      total INTEGER NOT NULL, ended INTEGER
    ) STRICT;
    CREATE INDEX sendings_under_way ON sendings (made) WHERE ended IS NULL;
    CREATE TABLE deliveries (
      post TEXT NOT NULL, subscriber TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
      due INTEGER NOT NULL, tries INTEGER NOT NULL, why TEXT, PRIMARY KEY (post, subscriber)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX deliveries_waiting ON deliveries (due) WHERE state = 'waiting';
    CREATE INDEX deliveries_by_subscriber ON deliveries (subscriber);`,
    `ALTER TABLE subscribers ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE subscribers ADD COLUMN failing_since INTEGER;
    ALTER TABLE subscribers ADD COLUMN paused_at INTEGER;
    DROP INDEX deliveries_waiting;
    CREATE INDEX deliveries_due ON deliveries (kind, due) WHERE state = 'waiting';`,
  ],
};

type Able = Pick<Effects<Config>, "log" | "stores" | "signal">;
export const rosterOf = (fx: Able): Roster => new Roster(ownStore(fx, subscribersStore));
export const sendingsOf = (fx: Able): Sendings => new Sendings(ownStore(fx, subscribersStore));
