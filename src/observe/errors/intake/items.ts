import type { Tables } from "#kernel";
import { type Json, listOf, numberOf, recordOf, textOf, wordOf } from "../event/json.ts";
import { timeOf } from "../event/read-event.ts";
import { scrubText } from "../scrub/secrets.ts";
import type { Category } from "../wire/replies.ts";

/** What is kept of each kind of item; every other kind is counted and dropped, with 200: an SDK takes no for a failure. */
const categories: Readonly<Record<string, Category>> = {
  event: "error",
  feedback: "feedback",
  user_report: "feedback",
  session: "session",
  sessions: "session",
  check_in: "monitor",
  attachment: "attachment",
  client_report: "internal",
};
export const categoryOf = (type: string): Category => categories[type] ?? "default";
export const isKept = (type: string): boolean => type in categories;

const hourMs = 3_600_000;
const feedbackMax = 10_000;
const checkInsMax = 100_000;
const sessionSlotsMax = 200_000;

const plain = (value: unknown, charsMax: number): string =>
  scrubText(textOf(value, charsMax) ?? "", false, () => {});

type Of = { project: number; received: number };

/** Somebody's words about an error: of a form in the page, or by the older `user_report`. */
export function keepFeedback(tables: Tables, sent: Json, of: Of): void {
  const context = recordOf(recordOf(sent["contexts"])?.["feedback"]) ?? sent;
  const event = wordOf(context["associated_event_id"] ?? sent["event_id"])?.replaceAll("-", "");
  const isLinked = event !== undefined && /^[0-9a-f]{32}$/i.test(event);
  const email = wordOf(context["contact_email"] ?? context["email"]) ?? "";
  tables.run(
    "INSERT INTO feedback (project, event, at, name, email, message, url) VALUES (?, ?, ?, ?, ?, ?, ?)",
    ...[of.project, isLinked ? Buffer.from(event, "hex") : null, of.received],
    ...[
      wordOf(context["name"]) ?? "",
      email,
      plain(context["message"] ?? context["comments"], 4_000),
    ],
    plain(context["url"], 500),
  );
  tables.run("DELETE FROM feedback WHERE id <= (SELECT max(id) FROM feedback) - ?", feedbackMax);
}

/** One session: it counts when it starts, and once more when it ends badly. */
export function keepSession(tables: Tables, sent: Json, of: Of): void {
  const attributes = recordOf(sent["attrs"]) ?? {};
  const status = wordOf(sent["status"]) ?? "ok";
  const started = sent["init"] === true ? 1 : 0;
  const crashed = status === "crashed" || status === "abnormal" ? 1 : 0;
  const errored = crashed === 0 && (numberOf(sent["errors"]) ?? 0) > 0 && status !== "ok" ? 1 : 0;
  const at = timeOf(sent["started"]) ?? of.received;
  addSessions(tables, { ...of, at, attributes }, { started, errored, crashed });
}

/** Sessions that the SDK counted itself, by minute or hour. */
export function keepSessions(tables: Tables, sent: Json, of: Of): void {
  const attributes = recordOf(sent["attrs"]) ?? {};
  for (const each of listOf(sent["aggregates"]).slice(0, 1_000)) {
    const slot = recordOf(each);
    const n = (name: string): number => Math.max(0, Math.round(numberOf(slot?.[name]) ?? 0));
    const crashed = n("crashed") + n("abnormal");
    const started = n("exited") + n("errored") + crashed;
    const at = timeOf(slot?.["started"]) ?? of.received;
    addSessions(tables, { ...of, at, attributes }, { started, errored: n("errored"), crashed });
  }
}

function addSessions(
  tables: Tables,
  of: Of & { at: number; attributes: Json },
  more: { started: number; errored: number; crashed: number },
): void {
  if (more.started + more.errored + more.crashed === 0) return;
  // A clock that is wrong must not make slots without end.
  const at = Math.abs(of.at - of.received) > 30 * 24 * hourMs ? of.received : of.at;
  tables.run(
    `INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (project, release, environment, hour) DO UPDATE SET
      started = started + excluded.started, errored = errored + excluded.errored, crashed = crashed + excluded.crashed`,
    ...[of.project, wordOf(of.attributes["release"], 250) ?? ""],
    ...[wordOf(of.attributes["environment"], 64) ?? "", Math.floor(at / hourMs)],
    ...[more.started, more.errored, more.crashed],
  );
}

/** A job that says that it began, or how it ended. */
export function keepCheckIn(tables: Tables, sent: Json, of: Of): void {
  const monitor = wordOf(sent["monitor_slug"], 100);
  const id = wordOf(sent["check_in_id"], 64)?.replaceAll("-", "");
  if (monitor === undefined || id === undefined) return;
  const seconds = numberOf(sent["duration"]);
  const schedule = recordOf(recordOf(sent["monitor_config"])?.["schedule"]);
  tables.run(
    `INSERT INTO check_ins VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (project, id) DO UPDATE SET
      status = excluded.status, at = excluded.at, duration_ms = coalesce(excluded.duration_ms, excluded.at - at),
      schedule = coalesce(excluded.schedule, schedule)`,
    ...[of.project, id, monitor, wordOf(sent["environment"], 64) ?? ""],
    ...[wordOf(sent["status"], 20) ?? "unknown", of.received],
    ...[seconds === undefined ? null : Math.round(seconds * 1_000)],
    schedule
      ? `${wordOf(schedule["value"], 100) ?? ""} ${wordOf(schedule["unit"], 20) ?? ""}`.trim()
      : null,
  );
}

export type Attachment = { name: string; type: string; body: Uint8Array };
/** A small file beside an event. */
export function keepAttachment(
  tables: Tables,
  { name, type, body }: Attachment,
  of: Of & { event: string },
): void {
  tables.run(
    "INSERT INTO attachments (project, event, name, type, body) VALUES (?, ?, ?, ?, ?)",
    ...[of.project, Buffer.from(of.event, "hex"), name, type, body],
  );
}

/** Text files are scrubbed like all else; what is not text is kept as it is. */
export function scrubbedAttachment(of: Attachment): Attachment {
  if (!/^text\/|json|xml|yaml/i.test(of.type)) return of;
  const text = new TextDecoder().decode(of.body);
  return { ...of, body: Buffer.from(scrubText(text, false, () => {})) };
}

/** Old rows of what has no other end. */
export function trimItems(tables: Tables): void {
  tables.run(
    "DELETE FROM check_ins WHERE (project, id) IN (SELECT project, id FROM check_ins ORDER BY at DESC LIMIT -1 OFFSET ?)",
    checkInsMax,
  );
  tables.run(
    "DELETE FROM sessions WHERE hour <= (SELECT hour FROM sessions ORDER BY hour DESC LIMIT 1 OFFSET ?)",
    sessionSlotsMax,
  );
}

/** What the SDK says it lost, by reason and category. */
export function lostOf(sent: Json): { reason: string; category: string; quantity: number }[] {
  return listOf(sent["discarded_events"])
    .slice(0, 100)
    .flatMap((each) => {
      const record = recordOf(each);
      const quantity = numberOf(record?.["quantity"]) ?? 0;
      if (quantity <= 0 || quantity > 1e9) return [];
      return [
        {
          reason: wordOf(record?.["reason"], 40) ?? "unknown",
          category: wordOf(record?.["category"], 40) ?? "unknown",
          quantity,
        },
      ];
    });
}
