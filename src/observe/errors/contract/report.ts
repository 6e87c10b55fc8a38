import { event, query } from "#kernel/contract";
import * as z from "zod";
import { ProjectName } from "./facts.ts";

/** Somebody went through the inbox. What is sent out about a week hangs on this fact. */
export const triaged = event(
  "errors.triaged",
  z.object({ startedAt: z.number(), shown: z.number().int(), decided: z.number().int() }),
  { says: ({ shown, decided }) => `The inbox was triaged: ${decided} of ${shown} errors decided` },
);

/** The week's report went to the outbox of e-mail: by itself when it was due, or because somebody asked. */
export const reportSent = event(
  "errors.report-sent",
  z.object({ readers: z.number().int(), due: z.number().optional() }),
  {
    says: ({ readers }) =>
      `The report of the week went to ${readers === 1 ? "one reader" : `${readers} readers`}`,
  },
);

const Figures = z.object({ events: z.number(), before: z.number() });
export const report = query(
  "errors.report",
  z.object({
    days: z.coerce.number().int().min(1).max(28).default(7).describe("How many days, up to now."),
    project: ProjectName.optional(),
  }),
  z.object({
    from: z.number(),
    to: z.number(),
    /** Events of these days, and of as many days before. */
    errors: Figures,
    /** `before` + `came` − `left` = `now`. `came` is what was found or came back, `left` what was decided on. */
    inbox: z.object({ before: z.number(), came: z.number(), left: z.number(), now: z.number() }),
    /** Decisions that stand: what was undone does not count. */
    decided: z.array(z.object({ by: z.string(), how: z.string(), decisions: z.number() })),
    undone: z.number(),
    lastTriage: z.object({ at: z.number(), by: z.string(), minutes: z.number() }).optional(),
    /** Weeks up to now, the newest last. */
    weeks: z.array(z.object({ from: z.number(), events: z.number(), found: z.number() })),
    markdown: z.string(),
  }),
  { about: "The week: whether errors fell, where the inbox is, and who decided what." },
);

export const filters = query(
  "errors.filters",
  z.object({}),
  z.object({
    releases: z.array(z.string()),
    environments: z.array(z.string()),
    assignees: z.array(z.string()),
  }),
  { about: "What errors can be filtered by: releases, environments and people there are." },
);
