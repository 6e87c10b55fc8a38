import type { Millis } from "#kernel";
import type { About } from "../contract.ts";
import type { Channels } from "./channels.ts";
import type { Thread } from "./thread.ts";

/** Who sees to what, and how long after they are called: as people really did. */
export type Answers = {
  /** Undefined for who would not answer this. */
  afterCall(of: { about: About; at: Millis }, person: string): Millis | undefined;
  /** Somebody who saw to it without having been called. */
  unasked(of: { about: About; at: Millis }): { by: string; at: Millis } | undefined;
};

/** Another grouping tells of the same somewhat sooner or later. */
const aroundMs = 30 * 60_000;

const causeOf = ({ labels, title }: About): string => labels["alertname"] ?? title;
const isSame = (a: About, b: About): boolean =>
  causeOf(a) === causeOf(b) && (a.service === b.service || a.title === b.title);

/** How long after they were first called somebody saw to it; undefined where they were not called before. */
function delayOf({ calls, acknowledgedAt, acknowledgedBy }: Thread): Millis | undefined {
  if (acknowledgedAt === null) return undefined;
  const first = calls.find(({ person, at }) => person === acknowledgedBy && at <= acknowledgedAt);
  return first && acknowledgedAt - first.at;
}

export const middleOf = (values: readonly number[]): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

/**
 * What the past says of people. For a page that was like one that there was: who saw to it then does so as long after a call as
 * then, who heard a call then and did not answer does not. For all else each answers as long after a call as they mostly do; who
 * never answered anything does not.
 */
export function answersFrom(
  past: readonly Thread[],
  { wasReached }: Pick<Channels, "wasReached">,
): Answers {
  const byPerson = Map.groupBy(past, ({ acknowledgedBy }) => acknowledgedBy);
  const usual = new Map(
    [...byPerson].map(([person, threads]) => [
      person,
      middleOf(threads.flatMap((each) => delayOf(each) ?? [])),
    ]),
  );
  const byCause = Map.groupBy(past, ({ about }) => causeOf(about));
  const like = ({ about, at }: { about: About; at: Millis }): Thread | undefined =>
    (byCause.get(causeOf(about)) ?? [])
      .filter(
        (each) =>
          isSame(each.about, about) &&
          at >= each.at - aroundMs &&
          at <= (each.resolvedAt ?? Infinity) + aroundMs,
      )
      .toSorted((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))[0];
  return {
    afterCall: (of, person) => {
      const found = like(of);
      if (found?.acknowledgedBy === person) return delayOf(found) ?? usual.get(person);
      const heard = found?.calls.some(
        (each) => each.person === person && wasReached(person, each.at),
      );
      return heard === true ? undefined : usual.get(person);
    },
    unasked: (of) => {
      const found = like(of);
      if (!found || found.acknowledgedAt === null || found.acknowledgedBy === null)
        return undefined;
      const by = found.acknowledgedBy;
      return found.calls.some(({ person }) => person === by)
        ? undefined
        : { by, at: found.acknowledgedAt };
    },
  };
}
