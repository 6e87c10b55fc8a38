import type { Tables } from "#kernel";
import { comesBack } from "../issue.ts";
import { isNewer } from "../releases/seen.ts";
import { tell } from "./findings.ts";
import { type Standing, usersOf } from "./fold.ts";
import type { Arrival } from "./keep.ts";

const hourMs = 3_600_000;

/** An event of an issue that somebody resolved or snoozed: does that end here? Said once; control makes it a fact. */
export function comeAgain(tables: Tables, ready: Arrival, issue: string): void {
  const row = tables.get<{ state: string; detail: string }>(
    "SELECT state, detail FROM issues WHERE id = ? AND state IN ('resolved', 'snoozed')",
    issue,
  );
  if (!row) return;
  const standing = JSON.parse(row.detail) as Standing;
  const { received, release } = ready;
  if (row.state === "snoozed") wakeIfDue(tables, ready, { issue, standing });
  else if (
    comesBack(standing, { at: received, isNewer: isNewer(tables, ready, standing.since ?? 0) })
  ) {
    tables.run("UPDATE issues SET state = 'regressed' WHERE id = ?", issue);
    tell(tables, {
      kind: "returned",
      issue,
      at: received,
      ...(release === undefined ? {} : { release }),
    });
  }
}

function wakeIfDue(
  tables: Tables,
  { received }: Arrival,
  { issue, standing }: { issue: string; standing: Standing },
): void {
  const { snooze } = standing;
  if (!snooze) return;
  const { events, inHour } = tables.get<{ events: number; inHour: number | null }>(
    `SELECT events, (SELECT sum(h.events) FROM hours h JOIN variants v ON v.id = h.variant WHERE v.issue = ?1 AND h.hour = ?2)
      AS inHour FROM issues WHERE id = ?1`,
    ...[issue, Math.floor(received / hourMs)],
  ) ?? { events: 0, inHour: 0 };
  const why =
    snooze.until !== undefined && received >= snooze.until
      ? "its time has come"
      : snooze.events !== undefined && events - (standing.seenEvents ?? 0) >= snooze.events
        ? `it came ${snooze.events} times more`
        : snooze.perHour !== undefined && (inHour ?? 0) >= snooze.perHour
          ? `it came ${inHour} times within the hour`
          : snooze.users !== undefined &&
              usersOf(tables, issue) - (standing.seenUsers ?? 0) >= snooze.users
            ? `${snooze.users} more users have it`
            : undefined;
  if (why === undefined) return;
  tables.run("UPDATE issues SET state = 'ongoing' WHERE id = ?", issue);
  tell(tables, { kind: "woke", issue, why });
}
