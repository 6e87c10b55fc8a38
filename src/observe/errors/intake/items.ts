import type { Tables } from "#kernel";
import { type Json, listOf, numberOf, recordOf, textOf, wordOf } from "../event/json.ts";
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
  raw_security: "security",
};
export const categoryOf = (type: string): Category => categories[type] ?? "default";
export const isKept = (type: string): boolean => type in categories;

const feedbackMax = 10_000;

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
