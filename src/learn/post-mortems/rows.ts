import type { Read } from "#kernel";
import * as z from "zod";
import { releaseSeen } from "../../observe/errors/contract.ts";
import { timelineOf } from "../../respond/incidents/contract.ts";
import type { ChosenRow } from "./contract.ts";
import type { Doc } from "./doc.ts";

const beforeMs = 3_600_000;
/** True, and of no use to a reader who wants to understand: hidden until somebody shows them. */
const details = new Set([
  ...["paging.intended", "paging.attempted", "paging.hastened", "paging.folded", "paging.dropped"],
  ...["paging.seen", "paging.changed", "incidents.ticked", "incidents.update-promised"],
  ...["alerts.group-changed", "errors.assigned", "on-call.shift-began", "catalog.instance-ready"],
]);

/** The incident's timeline as the post-mortem tells it: facts and their times are the log's, the choice and the notes are people's. */
export async function rowsOf(
  read: Pick<Read, "ask" | "log" | "changes">,
  doc: Pick<Doc, "incident" | "rows" | "imported">,
): Promise<{ rows: ChosenRow[]; isCut: boolean }> {
  if (doc.imported) return { rows: doc.imported.rows, isCut: doc.imported.isCut };
  const asked: z.input<typeof timelineOf.input> = { incident: doc.incident, beforeMs };
  const { rows, isCut } = await read.ask(timelineOf, timelineOf.input.parse(asked));
  const [from, to] = [rows[0]?.at ?? 0, rows.at(-1)?.at ?? 0];
  const changes = new Set(read.changes({ from, to }).map(({ position }) => position));
  return {
    isCut,
    rows: rows.map((row) => ({
      ...row,
      isChange: changes.has(row.position) || row.type === releaseSeen.type,
      isShown: !details.has(row.type),
      ...doc.rows[row.position],
      hash: read.log.at(row.position)?.hash ?? "",
    })),
  };
}

/** What changed before anybody noticed, the latest first: it is where to look. */
export const changesIn = (doc: Pick<Doc, "times">, rows: readonly ChosenRow[]): ChosenRow[] =>
  rows
    .filter(({ isChange, at }) => isChange && at <= doc.times.detected)
    .toReversed()
    .slice(0, 10);
