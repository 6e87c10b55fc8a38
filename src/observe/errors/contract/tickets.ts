import { event, order } from "#kernel/contract";
import * as z from "zod";

/** Files something of another capability in a tracker of `errors.trackers`; `ref` is its own name for it, and says it is filed once. */
export const Ticket = z
  .object({
    ref: z
      .string()
      .regex(/^[a-z][\w./-]{2,199}$/)
      .describe("What is filed, by its capability's name for it: post-mortems/pm-12/a3."),
    title: z.string().trim().min(3).max(300),
    body: z.string().max(20_000).describe("Markdown."),
    tracker: z
      .string()
      .max(60)
      .optional()
      .describe("By its name in errors.trackers; else the first that is for the service."),
    service: z.string().max(100).optional(),
  })
  .strict();
export const fileTicketOrder = order<z.input<typeof Ticket>>("errors.file-ticket");
/** It has an issue in a tracker. Its owner knows it by `ref`. */
export const ticketFiled = event(
  "errors.ticket-filed",
  z.object({ ref: z.string(), link: z.string() }),
  { says: ({ ref, link }) => `${ref} is filed at ${link}` },
);
