import { type Actor, ERASED, type Read, table, type Tables } from "#kernel";
import { noted, takenAway } from "../contract.ts";

/** Where each note stands in the log, who wrote it, and whether it was taken away. Its text is in the log alone. */
export const notes = table("incidents.notes", {
  version: 2,
  from: [noted, takenAway],
  schema: `CREATE TABLE incidents_notes (
      incident TEXT NOT NULL, note TEXT NOT NULL, position INTEGER NOT NULL, by TEXT NOT NULL, is_gone INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (incident, note)
    ) WITHOUT ROWID;
    CREATE TABLE incidents_notes_pictures (
      incident TEXT NOT NULL, note TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (incident, note, hash)
    ) WITHOUT ROWID;
    CREATE INDEX incidents_notes_by_position ON incidents_notes (position);`,
  apply: (tables, { event, position, by }) => {
    const { incident, note } = event.data;
    if (event.type === "incidents.noted")
      tables.run(
        "INSERT OR IGNORE INTO incidents_notes (incident, note, position, by) VALUES (?, ?, ?, ?)",
        ...[incident, note, position, whoOf(by)],
      );
    else if (event.data.isWhole)
      tables.run(
        "UPDATE incidents_notes SET is_gone = 1 WHERE incident = ? AND note = ?",
        ...[incident, note],
      );
    else
      for (const hash of event.data.pictures)
        tables.run(
          "INSERT OR IGNORE INTO incidents_notes_pictures VALUES (?, ?, ?)",
          ...[incident, note, hash],
        );
  },
});

export const whoOf = ({ kind, id }: Actor): string => `${kind}/${id}`;

type Kept = { incident: string; note: string; position: number; by: string; isGone: boolean };
type KeptRow = Omit<Kept, "isGone"> & { is_gone: number };
const kept = ({ is_gone: isGone, ...row }: KeptRow): Kept => ({ ...row, isGone: isGone === 1 });

const rowIn = (tables: Tables, where: string, ...params: (string | number)[]): Kept | undefined => {
  const found = tables.get<KeptRow>(
    `SELECT incident, note, position, by, is_gone FROM incidents_notes WHERE ${where}`,
    ...params,
  );
  return found && kept(found);
};
export const noteOf = (
  read: Pick<Read, "tables">,
  of: { incident: string; note: string },
): Kept | undefined => rowIn(read.tables(notes), "incident = ? AND note = ?", of.incident, of.note);
export const noteAt = (read: Pick<Read, "tables">, position: number): Kept | undefined =>
  rowIn(read.tables(notes), "position = ?", position);

/** What a note says, without the pictures of it that were taken away; undefined once it was taken away itself. */
export function textOf(
  read: Pick<Read, "log" | "tables">,
  { incident, note, position, isGone }: Kept,
): string | undefined {
  const { text } = (read.log.at(position)?.event.data ?? {}) as { text?: string };
  if (isGone || text === undefined || text === ERASED) return undefined;
  const gone = read
    .tables(notes)
    .all<{ hash: string }>(
      "SELECT hash FROM incidents_notes_pictures WHERE incident = ? AND note = ?",
      ...[incident, note],
    );
  return gone.reduce(
    (left, { hash }) => left.replaceAll(shownAs(hash), "*a picture that was taken away*"),
    text,
  );
}
const shownAs = (hash: string): RegExp =>
  new RegExp(String.raw`!\[[^\]]*\]\(/api/incidents\.picture/${hash}[^)]*\)`, "g");
