import { Actor, query } from "#kernel/contract";
import * as z from "zod";

/** A fact as people read it. */
export const Entry = z.object({
  position: z.number(),
  at: z.number(),
  type: z.string(),
  says: z.string(),
  by: Actor,
  cause: z.number().optional(),
  stream: z.string(),
  version: z.number(),
  envelope: z.string(),
  hash: z.string(),
  data: z.unknown(),
});
export type Entry = z.infer<typeof Entry>;

export const entriesMax = 500;

export const Filter = z.object({
  /** Words in what happened, or in its data. */
  text: z.string().max(200).optional(),
  /** Types, or prefixes ending in `*`: `catalog.*`. */
  type: z.array(z.string()).optional(),
  /** Who did it: an actor's id. */
  actor: z.string().optional(),
  stream: z.string().optional(),
  since: z.number().optional(),
  until: z.number().optional(),
  /** Only facts before this position: the next page. */
  before: z.number().int().optional(),
  /** Only facts after this position. */
  after: z.number().int().optional(),
  limit: z.number().int().min(1).max(entriesMax).default(100),
});

/** The newest facts that match, newest first. */
export const search = query(
  "log.search",
  Filter,
  z.object({ events: z.array(Entry), more: z.boolean(), head: z.number() }),
  {
    about: "What happened, newest first, filtered by words, type, actor, stream and time.",
  },
);

export const causesMax = 50;
/** One fact whole, with the chain that led to it and what it led to. */
export const whole = query(
  "log.event",
  z.object({ position: z.number().int() }),
  z.object({ event: Entry, causes: z.array(Entry), effects: z.array(Entry) }).nullable(),
  { about: "One fact whole: what led to it (oldest first) and what it led to." },
);

export const types = query(
  "log.types",
  z.object({}),
  z.array(z.object({ type: z.string(), count: z.number() })),
  {
    about: "Which types of facts there are, and how many of each.",
  },
);
