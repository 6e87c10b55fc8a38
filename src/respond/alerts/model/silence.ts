import type { Millis } from "#kernel";
import * as z from "zod";
import type { Labels } from "./labels.ts";
import { Matcher, matchesAll } from "./matcher.ts";

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

export const silenceState = (
  { startsAt, endsAt }: Silence,
  now: Millis,
): "pending" | "active" | "expired" =>
  now < startsAt ? "pending" : now < endsAt ? "active" : "expired";

/** Which of them silence this, by id. */
export const silencedBy = (silences: readonly Silence[], labels: Labels, now: Millis): string[] =>
  silences
    .filter((each) => silenceState(each, now) === "active" && matchesAll(each.matchers, labels))
    .map(({ id }) => id);
