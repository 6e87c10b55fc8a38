import type { Millis } from "#kernel";
import type { Matcher, Silence } from "../contract/silence.ts";
import { matchesAll } from "../model/matcher.ts";
import { silenceState } from "../model/silence.ts";

const time = (at: Millis): string => new Date(at).toISOString();

/** A silence as Alertmanager's API shows it. */
export const silenceShown = (silence: Silence, now: Millis): Record<string, unknown> => ({
  id: silence.id,
  status: { state: silenceState(silence, now) },
  updatedAt: time(silence.updatedAt),
  comment: silence.comment,
  createdBy: silence.createdBy,
  endsAt: time(silence.endsAt),
  matchers: silence.matchers.map(({ name, value, isRegex, isEqual }) => ({
    ...{ isEqual, isRegex, name, value },
  })),
  startsAt: time(silence.startsAt),
});

/** As Alertmanager sorts: active by their end, then pending by their beginning, then expired, the newest first. */
export function silencesShown(
  silences: readonly Silence[],
  filter: readonly Matcher[],
  now: Millis,
): Record<string, unknown>[] {
  const order = { active: 0, pending: 1, expired: 2 };
  const matching = silences.filter(({ matchers }) =>
    filter.every((wanted) =>
      matchers.some(
        ({ name, value }) => name === wanted.name && matchesAll([wanted], { [name]: value }),
      ),
    ),
  );
  return matching
    .sort((a, b) => {
      const states = order[silenceState(a, now)] - order[silenceState(b, now)];
      if (states !== 0) return states;
      if (silenceState(a, now) === "pending") return a.startsAt - b.startsAt;
      return silenceState(a, now) === "expired" ? b.endsAt - a.endsAt : a.endsAt - b.endsAt;
    })
    .map((each) => silenceShown(each, now));
}
