import type * as z from "zod";
import type * as contract from "../contract.ts";
import type { Json } from "../event/json.ts";
import { known, listOf, numberOf, recordOf, textOf, valuesOf, wordOf } from "../event/json.ts";
import { imagesOf } from "../event/images.ts";
import { type Frame, framesOf, framesSent } from "../event/frames.ts";
import { readEvent, timeOf } from "../event/read-event.ts";
import { type ExceptionSent, exceptionsSent, stackBeside } from "../event/stacks.ts";
import { bodyOf } from "../intake/bodies.ts";
import { fixedChance } from "./beginning.ts";
import { findIssue, history, issueFrom, type Reading } from "./list.ts";

type Detail = z.infer<typeof contract.issue.output>;
type Occurrence = z.infer<typeof contract.occurrence.output>;
type At = { projects: ReadonlyMap<number, string>; now: number };

const tagValuesShown = 10;
const variantsShown = 100;

/** All about one issue; nothing when there is none of that name. */
export function issueDetail(
  tables: Reading,
  { issue: id, hours }: { issue: string; hours: number },
  at: At,
): Detail | undefined {
  const row = findIssue(tables, id);
  if (!row) return undefined;
  const tags = new Map<string, { value: string; events: number }[]>();
  for (const { name, value, events } of tables.all<{ name: string; value: string; events: number }>(
    `SELECT t.name, t.value, sum(t.events) AS events FROM variants v JOIN tags t ON t.variant = v.id
      WHERE v.issue = ? GROUP BY t.name, t.value ORDER BY t.name, events DESC`,
    id,
  )) {
    const known = tags.get(name) ?? [];
    if (known.length < tagValuesShown) tags.set(name, [...known, { value, events }]);
  }
  const fixed = fixedChance(tables, id, at.now);
  return {
    issue: issueFrom(tables, row, at),
    ...(fixed === undefined ? {} : { fixed }),
    history: history(tables, id, hours, at.now),
    tags: [...tags].map(([name, values]) => ({ name, values })),
    variants: tables.all(
      `SELECT exact, why, culprit, events, first_at AS firstAt, last_at AS lastAt FROM variants
        WHERE issue = ? ORDER BY events DESC LIMIT ?`,
      ...[id, variantsShown],
    ),
    releases: tables.all(
      `SELECT r.release, r.first_at AS firstAt, sum(t.events) AS events FROM variants v
        JOIN tags t ON t.variant = v.id AND t.name = 'release' JOIN releases r ON r.project = v.project AND r.release = t.value
        WHERE v.issue = ? GROUP BY r.release ORDER BY r.number DESC LIMIT 50`,
      id,
    ),
    feedback: tables.all(
      `SELECT f.at, f.name, f.email, f.message FROM feedback f JOIN events e ON e.event = f.event AND e.project = f.project
        JOIN variants v ON v.id = e.variant WHERE v.issue = ? ORDER BY f.id DESC LIMIT 20`,
      id,
    ),
  };
}

type EventRow = {
  id: number;
  event: Uint8Array;
  at: number;
  received: number;
  release: string | null;
  environment: string | null;
};
const eventColumns = "e.id, e.event, e.at, e.received, e.release, e.environment";
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function summary(row: EventRow, sent: Json): Omit<Occurrence, "received" | keyof Whole> {
  const { title, user } = readEvent(sent);
  return {
    event: hex(row.event),
    at: row.at,
    ...(row.release === null ? {} : { release: row.release }),
    ...(row.environment === null ? {} : { environment: row.environment }),
    ...(user === undefined ? {} : { user }),
    title: title.value ? `${title.type}: ${title.value}` : title.type,
  };
}
type Whole = Pick<
  Occurrence,
  "exceptions" | "message" | "tags" | "breadcrumbs" | "more" | "scrubbed" | "attachments"
>;

/** The kept occurrences of an issue, the newest first. */
export const eventsOf = (
  tables: Reading,
  { issue, limit, offset }: { issue: string; limit: number; offset: number },
): z.infer<typeof contract.events.output> => ({
  events: tables
    .all<EventRow>(
      `SELECT ${eventColumns} FROM variants v JOIN events e ON e.variant = v.id WHERE v.issue = ? ORDER BY e.id DESC LIMIT ? OFFSET ?`,
      ...[issue, limit, offset],
    )
    .map((row) => summary(row, bodyOf(tables, row.id).sent)),
});

/** One occurrence: by its id, the first, the last, or the last one of the rarest way in which it happens. */
export function occurrenceOf(
  tables: Reading,
  { issue, event }: { issue: string; event: string },
): Occurrence | undefined {
  const which =
    event === "first"
      ? "ORDER BY e.id LIMIT 1"
      : event === "last"
        ? "ORDER BY e.id DESC LIMIT 1"
        : event === "rare"
          ? "ORDER BY v.events, e.id DESC LIMIT 1"
          : "AND e.event = ?";
  const by = /^(first|last|rare)$/.test(event) ? [] : [Buffer.from(event, "hex")];
  const row = tables.get<EventRow>(
    `SELECT ${eventColumns} FROM variants v JOIN events e ON e.variant = v.id WHERE v.issue = ? ${which}`,
    ...[issue, ...by],
  );
  if (!row) return undefined;
  const { sent, scrubbed } = bodyOf(tables, row.id);
  const read = readEvent(sent);
  return {
    ...summary(row, sent),
    received: row.received,
    exceptions: exceptionsOf(sent, read.platform),
    ...(read.message ? { message: read.message.formatted } : {}),
    tags: read.tags.map(([name, value]) => [name, value]),
    breadcrumbs: valuesOf(sent["breadcrumbs"]).slice(-100).flatMap(crumbOf),
    more: Object.fromEntries(
      ["request", "user", "contexts", "extra", "sdk"].flatMap((name) =>
        sent[name] === undefined ? [] : [[name, sent[name]]],
      ),
    ),
    scrubbed,
    attachments: tables.all(
      `SELECT a.id, a.name, a.type, length(a.body) AS bytes FROM attachments a JOIN events e ON e.event = a.event
        AND e.project = a.project WHERE e.id = ? ORDER BY a.id LIMIT 20`,
      row.id,
    ),
  };
}

type Exception = Occurrence["exceptions"][number];
/** Outermost first, as people read them, each with its frames, the crash first; a message's own stack where nothing was thrown. */
function exceptionsOf(sent: Json, platform: string): Exception[] {
  const thrown = exceptionsSent(sent);
  const images = imagesOf(sent);
  const beside: ExceptionSent = { sent: {}, stack: stackBeside(sent) };
  const hasBeside = thrown.length === 0 && framesSent(beside.stack).length > 0;
  return (hasBeside ? [beside] : thrown).toReversed().map(({ sent: of, stack }) => {
    const handled = recordOf(of["mechanism"])?.["handled"];
    const said = framesSent(stack);
    return {
      type: wordOf(of["type"]) ?? "",
      value: textOf(of["value"]) ?? "",
      ...(typeof handled === "boolean" ? { handled } : {}),
      frames: framesOf(stack, platform, images)
        .map((frame, nth) => frameShown(frame, said[nth] ?? {}))
        .toReversed(),
    };
  });
}

function frameShown(frame: Frame, sent: Json): Exception["frames"][number] {
  const lines = (name: string): string[] =>
    listOf(sent[name])
      .slice(0, 10)
      .map((line) => textOf(line, 400) ?? "");
  const { file, inApp, name, line, column, context } = frame;
  return {
    file,
    ...known({ name, line, column, context }),
    inApp,
    before: lines("pre_context"),
    after: lines("post_context"),
    variables: Object.entries(recordOf(sent["vars"]) ?? {})
      .slice(0, 50)
      .map(([name, value]) => [
        name,
        (textOf(value, 500) ?? JSON.stringify(value) ?? "").slice(0, 500),
      ]),
  };
}

function crumbOf(value: unknown): Occurrence["breadcrumbs"] {
  const crumb = recordOf(value);
  if (!crumb) return [];
  const at = timeOf(crumb["timestamp"]);
  const words = recordOf(crumb["data"]);
  const url = wordOf(words?.["url"], 300);
  const status = numberOf(words?.["status_code"]);
  return [
    {
      ...(at === undefined ? {} : { at }),
      category: wordOf(crumb["category"], 60) ?? wordOf(crumb["type"], 60) ?? "",
      level: wordOf(crumb["level"], 20) ?? "info",
      message: [textOf(crumb["message"], 500), wordOf(words?.["method"], 10), url, status]
        .filter((each) => each !== undefined)
        .join(" "),
    },
  ];
}
