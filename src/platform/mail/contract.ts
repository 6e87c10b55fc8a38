import { counter, event, order, problem, query } from "#kernel/contract";
import * as z from "zod";

const subjectCharsMax = 300;
const textCharsMax = 200_000;
const htmlCharsMax = 500_000;
/** One line: whoever could write a line end into a header could write headers. */
const Line = z.string().regex(/^[^\p{Cc}\u2028\u2029]*$/u, "Write it in one line");
const Email = z.email().max(254);

/** One letter to one person. */
export const Letter = z.object({
  id: z
    .string()
    .min(1)
    .max(200)
    .describe("Its idempotency key: what was ordered twice under one id is one letter."),
  to: Email.describe("One address; a letter to many is many letters."),
  subject: Line.min(1).max(subjectCharsMax),
  text: z.string().min(1).max(textCharsMax).describe("What it says, as plain text."),
  html: z.string().max(htmlCharsMax).optional().describe("The same, as HTML."),
  purpose: z
    .string()
    .regex(/^[a-z][a-z0-9.-]{0,60}$/, "Write a name such as errors.report")
    .describe("What it is for; facts and counters name it."),
  isUrgent: z
    .boolean()
    .default(false)
    .describe("Goes before all others, and its fate is told at once, by facts."),
  isImportant: z.boolean().default(false).describe("Mailboxes are to show that it is important."),
  thread: z
    .string()
    .max(200)
    .optional()
    .describe("Letters of one thread are one conversation in the reader's mailbox."),
  until: z.number().optional().describe("Not to be sent after this time, in ms since 1970."),
  replyTo: Email.optional(),
  unsubscribe: z
    .url({ protocol: /^https?$/ })
    .max(1_000)
    .optional()
    .describe("Where a reader asks for no more of them, in one step (RFC 8058)."),
});
export type Letter = z.infer<typeof Letter>;

/** Puts a letter into the outbox: it is sent at least once, or its failure is told. The same id again changes nothing. */
export const send = order<z.input<typeof Letter>>("mail.send");
/** A letter that still waits is not sent; one that is gone stays gone. */
export const cancel = order<{ id: string }>("mail.cancel");

const About = z.object({ letter: z.string(), purpose: z.string(), tries: z.number() });

/** The mail server took an urgent letter; whether somebody reads it, it cannot tell. Others are counted. */
export const accepted = event("mail.accepted", About, {
  says: ({ purpose }) => `The mail server took a letter (${purpose})`,
});
/** An urgent letter did not go at the first try: whoever waits for it may take another way. */
export const delayed = event("mail.delayed", About.extend({ why: z.string() }), {
  says: ({ purpose, why }) => `A letter waits (${purpose}): ${why}`,
});
/** A letter was refused for good (`isAddress`: because nobody is at that address), or its time ran out. Addresses are taken out of `why`. */
export const failed = event(
  "mail.failed",
  About.extend({ why: z.string(), isAddress: z.boolean().optional() }),
  {
    says: ({ purpose, why }) => `A letter could not be sent (${purpose}): ${why}`,
  },
);

export const notConfigured = problem("mail.not-configured", 409, "No mail server is configured");
export const tooMany = problem("mail.too-many", 503, "Too many letters wait");
export const serverFailed = problem("mail.server-failed", 502, "The mail server did not take it");

/** Letters by what they are for and how they ended: `accepted`, `failed`, `cancelled`. */
export const letters = counter("mail.letters", "sum", ["purpose", "outcome"], "letters");

/** How many letters of a mass stand how. */
export const progress = query(
  "mail.progress",
  z.object({ prefix: z.string().min(1).max(200).describe("How the ids of the letters begin.") }),
  z.object({
    waiting: z.number(),
    accepted: z.number(),
    failed: z.number(),
    cancelled: z.number(),
  }),
  { about: "How many letters wait, went, failed or were taken back, of those whose ids begin so." },
);

export const now = query(
  "mail.now",
  z.object({}),
  z.object({
    server: z.string().nullable().describe("Nothing is sent where this is null."),
    from: z.string().nullable(),
    waiting: z.number(),
    /** Since when the one waits that waits for longest. */
    waitingSince: z.number().nullable(),
    /** Why the last try failed; null once one went well. */
    trouble: z.object({ why: z.string(), since: z.number(), retryAt: z.number() }).nullable(),
    lastAcceptedAt: z.number().nullable(),
    failures: z
      .array(z.object({ purpose: z.string(), at: z.number(), why: z.string() }))
      .describe("The last ten letters that were given up."),
  }),
  { about: "Where letters go, how many wait, and what is wrong with the mail server." },
);
