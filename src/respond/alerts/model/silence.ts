import type { Millis } from "#kernel";
import type { Labels } from "./labels.ts";
import type { Silence } from "../contract/silence.ts";
import { matchesAll } from "./matcher.ts";

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
