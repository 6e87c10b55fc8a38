import { Database } from "bun:sqlite";
import { chmodSync } from "node:fs";
import type { Clock } from "../clock/clock.ts";

/** A subject's key. Its id says nothing about the subject, so it may stand in the log. */
export type Key = { id: string; secret: Uint8Array };

const secretBytes = 32;
const idBytes = 12;
const keysKeptMax = 1_000;

/** The keys in their file. What is dropped is overwritten there and forgotten here. */
export class KeyStore {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #bySubject = new Map<string, Key>();
  readonly #byId = new Map<string, Key>();

  constructor(path: string, clock: Clock) {
    this.#clock = clock;
    this.#db = new Database(path, { create: true });
    if (path !== ":memory:") chmodSync(path, 0o600);
    // Pages hold keys: free space is overwritten with zeros, and the write-ahead log is emptied on every drop.
    for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"])
      this.#db.run(`PRAGMA ${pragma}`);
    this.#db.run(
      "CREATE TABLE IF NOT EXISTS keys (subject TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, secret BLOB NOT NULL, made_at INTEGER NOT NULL)",
    );
  }

  /** The subject's key, made now if there is none; durable before it is used. */
  of(subject: string): Key {
    const known = this.#bySubject.get(subject) ?? this.#load("subject", subject);
    if (known) return known;
    const secret = this.#clock.secret(secretBytes);
    const id = Buffer.from(this.#clock.secret(idBytes)).toString("base64url");
    this.#db
      .query("INSERT INTO keys VALUES (?, ?, ?, ?)")
      .run(subject, id, secret, this.#clock.now());
    return this.#keep(subject, { id, secret });
  }

  find(id: string): Key | undefined {
    return this.#byId.get(id) ?? this.#load("id", id);
  }

  has(subject: string): boolean {
    return (this.#bySubject.get(subject) ?? this.#load("subject", subject)) !== undefined;
  }

  drop(subject: string): boolean {
    const { changes } = this.#db.query("DELETE FROM keys WHERE subject = ?").run(subject);
    const known = this.#bySubject.get(subject);
    this.#bySubject.delete(subject);
    if (known) this.#byId.delete(known.id);
    known?.secret.fill(0);
    this.#db.run("PRAGMA wal_checkpoint(TRUNCATE)");
    return changes > 0;
  }

  close(): void {
    this.#db.close();
  }

  #load(by: "subject" | "id", value: string): Key | undefined {
    const row = this.#db.query(`SELECT subject, id, secret FROM keys WHERE ${by} = ?`).get(value);
    if (row === null) return undefined;
    const { subject, id, secret } = row as { subject: string; id: string; secret: Uint8Array };
    return this.#keep(subject, { id, secret });
  }

  #keep(subject: string, key: Key): Key {
    if (this.#bySubject.size >= keysKeptMax) {
      this.#bySubject.clear();
      this.#byId.clear();
    }
    this.#bySubject.set(subject, key);
    this.#byId.set(key.id, key);
    return key;
  }
}
