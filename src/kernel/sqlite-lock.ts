import { Database } from "bun:sqlite";

/**
 * Holds the right to write a SQLite file for as long as the process lives: an open transaction on a file of its own, so that
 * the file stays readable for others and a killed process leaves nothing behind that blocks the next.
 */
export function lockForWriting(path: string, what: string): Database {
  const lock = new Database(`${path}.lock`, { create: true });
  try {
    lock.run("PRAGMA journal_mode = MEMORY");
    lock.run("BEGIN EXCLUSIVE");
    return lock;
  } catch (cause) {
    lock.close();
    throw new Error(`${path} is open for writing in another process: a ${what} has one writer.`, {
      cause,
    });
  }
}
