import type { SQLQueryBindings, Statement } from "bun:sqlite";
import type { Stored } from "./record.ts";
import type { Store } from "./sqlite-store.ts";

const rowsPerInsert = 16;
const columns = "position, stream, version, type, shape, at, by, cause, envelope, part, data, hash";
// The hash lies in the file as bytes: a tenth less of it to write.
const tuple = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, unhex(?))";

/**
 * Inserts records; made once. Each run of a statement costs about as much as writing a record, so many go in one.
 * A conflict undoes the whole transaction: being able to undo a statement would copy every page it touches.
 */
export const inserter = ({ db, names }: Store): ((rows: readonly Stored[]) => void) => {
  const into = (rows: number): Statement =>
    db.prepare(
      `INSERT OR ROLLBACK INTO events (${columns}) VALUES ${Array(rows).fill(tuple).join()}`,
    );
  const [many, one] = [into(rowsPerInsert), into(1)];
  const values = (rows: readonly Stored[], from: number, to: number): SQLQueryBindings[] => {
    const bind: SQLQueryBindings[] = [];
    for (let index = from; index < to; index++) {
      const row = rows[index];
      if (row === undefined) break;
      bind.push(row.position, row.stream, row.version, names.idOf(row.type), row.shape, row.at);
      bind.push(names.idOf(row.by), row.cause, row.envelope, row.part, row.data, row.hash);
    }
    return bind;
  };
  return (rows) => {
    let next = 0;
    for (; next + rowsPerInsert <= rows.length; next += rowsPerInsert)
      many.run(values(rows, next, next + rowsPerInsert));
    for (; next < rows.length; next++) one.run(values(rows, next, next + 1));
  };
};
