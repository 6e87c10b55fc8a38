import { event, problem, query } from "#kernel/contract";
import * as z from "zod";

/** A calendar that others may subscribe to by its secret address; the digest is of that secret, which nobody keeps. */
export const feedMade = event(
  "on-call.feed-made",
  z.object({
    id: z.string(),
    team: z.string().optional(),
    member: z.string().optional(),
    digest: z.string(),
  }),
  {
    says: ({ team, member }) =>
      `A calendar of ${member === undefined ? `team ${team ?? ""}` : `${member}'s shifts`} may be subscribed to`,
  },
);
export const feedWithdrawn = event("on-call.feed-withdrawn", z.object({ id: z.string() }), {
  says: () => "A calendar's address was withdrawn",
});

export const unknownFeed = problem("on-call.unknown-feed", 404, "There is no such calendar");
export const tooManyFeeds = problem("on-call.too-many-feeds", 409, "There are too many calendars");

export const feeds = query(
  "on-call.feeds",
  z.object({}),
  z.object({
    feeds: z.array(
      z.object({
        id: z.string(),
        team: z.string().optional(),
        member: z.string().optional(),
        madeAt: z.number(),
      }),
    ),
  }),
  {
    about: "Calendars that may be subscribed to; their addresses were shown once.",
    allow: "responder",
  },
);
