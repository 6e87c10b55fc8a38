import * as z from "zod";

/** One condition on a label, in the shape of Alertmanager's API. A label that is not there reads as the empty text. */
export const Matcher = z.object({
  name: z.string().min(1).max(1_000),
  value: z.string().max(8_000),
  isRegex: z.boolean().default(false),
  isEqual: z.boolean().default(true),
});
export type Matcher = z.infer<typeof Matcher>;

/** From then until then, what matches pages nobody. */
export const Silence = z.object({
  id: z.string(),
  matchers: z.array(Matcher).min(1),
  startsAt: z.number(),
  endsAt: z.number(),
  updatedAt: z.number(),
  createdBy: z.string(),
  comment: z.string(),
});
export type Silence = z.infer<typeof Silence>;
