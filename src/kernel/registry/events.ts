import * as z from "zod";
import { event, type EventOf } from "../contract.ts";

export const registryStream = "registry";

/** What became of one key: its new content, or that it is gone. */
export type Fact = z.infer<typeof Fact>;
const Fact = z.object({
  key: z.string(),
  cause: z.enum(["put", "delete", "expired", "released"]),
  entry: z
    .object({
      value: z.string(),
      flags: z.number(),
      session: z.string().optional(),
      /** The session got the lock with this change. */
      acquired: z.literal(true).optional(),
    })
    .optional(),
});

const keysOf = (facts: readonly Fact[]): string =>
  facts.length > 3
    ? `${facts.length} keys`
    : [...new Set(facts.map(({ key }) => key))].join(", ") || "nothing";

export const changed = event(
  "registry.changed",
  z.object({
    facts: z.array(Fact),
    /** The id of the transaction, so that the same one again returns the first result. */
    id: z.string().optional(),
    /** Per operation, the key whose entry it returns. */
    keys: z.array(z.string().nullable()),
  }),
  { says: ({ facts }) => `Registry: ${keysOf(facts)} changed` },
);

export const sessionCreated = event(
  "registry.session-created",
  z.object({
    id: z.string(),
    name: z.string(),
    ttlMs: z.number(),
    lockDelayMs: z.number(),
    behavior: z.enum(["release", "delete"]),
  }),
  { says: ({ name, id }) => `Registry: session ${name || id} began` },
);

export const sessionEnded = event(
  "registry.session-ended",
  z.object({
    id: z.string(),
    why: z.enum(["expired", "destroyed"]),
    /** How often it had been renewed in the process that ended it. */
    renewals: z.number(),
    facts: z.array(Fact),
    /** The keys it held: nobody may lock them until this long after. */
    lockDelayMs: z.number(),
    held: z.array(z.string()),
  }),
  {
    says: ({ id, why, facts }) =>
      `Registry: session ${id} ${why === "expired" ? "expired" : "was ended"}, freeing ${keysOf(facts)}`,
  },
);

/** The facts of the registry, for whoever shows or checks the log. */
export const registryEvents = [changed, sessionCreated, sessionEnded] as const;
export type RegistryEvent = EventOf<(typeof registryEvents)[number]>;
