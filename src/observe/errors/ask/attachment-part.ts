import type { Reading } from "./list.ts";

/** A message of the bus holds 4 MB, and this is sent as text. */
export const partBytes = 2_000_000;

export type Part = { name: string; bytes: number; base64: string };
/** A part of a file that came beside an event; nothing when the file is not there. */
export const attachmentPart = (
  tables: Reading,
  { id, from }: { id: number; from: number },
): Part | undefined => {
  const row = tables.get<{ name: string; bytes: number; part: Uint8Array }>(
    "SELECT name, length(body) AS bytes, substr(body, ?, ?) AS part FROM attachments WHERE id = ?",
    ...[from + 1, partBytes, id],
  );
  return (
    row && { name: row.name, bytes: row.bytes, base64: Buffer.from(row.part).toString("base64") }
  );
};
