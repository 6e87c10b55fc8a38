import * as z from "zod";

/** Fields to take away, to set, and to set only where the message has none of that name. */
export const FieldRules = z.object({
  set: z.record(z.string(), z.string()).default({}),
  remove: z.array(z.string()).default([]),
  byDefault: z.record(z.string(), z.string()).default({}),
});

/** What a route asks of its requests and responses besides a service. */
export const RulesTarget = z.object({
  /** Addresses and ranges; empty lets everybody in. */
  allow: z.array(z.string()).default([]),
  canonicalHost: z.string().optional(),
  /** `{path}` in `to` is the path and query as they came. */
  redirect: z.object({ to: z.string(), status: z.number().int() }).optional(),
  basicAuth: z.object({ realm: z.string(), users: z.record(z.string(), z.string()) }).optional(),
  request: FieldRules.prefault({}),
  response: FieldRules.prefault({}),
});
export type FieldRules = z.infer<typeof FieldRules>;
export type RulesTarget = z.infer<typeof RulesTarget>;
