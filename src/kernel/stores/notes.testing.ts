import type { StoreDef } from "./stores.ts";

const first = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;";
export const notes: StoreDef = { name: "notes", migrations: [first] };
export const newerNotes: StoreDef = {
  name: "notes",
  migrations: [first, "ALTER TABLE notes ADD COLUMN stars INTEGER NOT NULL DEFAULT 3;"],
};
