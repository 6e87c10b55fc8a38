import type { Millis } from "#kernel";
import type { Config } from "../config.ts";
import type { CallsReplayed } from "../contract.ts";
import { nextWaking } from "../escalation/plan.ts";
import { middleOf } from "./answers.ts";
import type { Thread } from "./thread.ts";

const listedMax = 200;

type Both<T> = { was: T; would: T };
type Threads = Both<readonly Thread[]>;
const both = <T>({ was, would }: Threads, of: (threads: readonly Thread[]) => T): Both<T> => ({
  was: of(was),
  would: of(would),
});

/** Of threads that began within the stretch, those that called somebody. */
export const callingFrom = (threads: readonly Thread[], from: Millis): Thread[] =>
  threads.filter(({ at, calls }) => at >= from && calls.length > 0);

const afterMs = ({ at, acknowledgedAt }: Thread): Millis | null =>
  acknowledgedAt === null ? null : acknowledgedAt - at;
const median = (threads: readonly Thread[]): Millis | null =>
  middleOf(threads.flatMap((each) => afterMs(each) ?? [])) ?? null;

function peopleIn(threads: Threads, { people }: Config): CallsReplayed["people"] {
  const names = new Set(
    [...threads.was, ...threads.would].flatMap(({ calls }) => calls.map(({ person }) => person)),
  );
  const callsOf = (person: string) => (those: readonly Thread[]) =>
    those.flatMap(({ calls }) => calls.filter((call) => call.person === person));
  return [...names]
    .map((person) => {
      const known = people[person];
      const isNight = ({ at }: { at: Millis }): boolean =>
        known !== undefined && nextWaking(known, at) !== at;
      const calls = callsOf(person);
      return {
        person,
        ...both(threads, (those) => calls(those).length),
        atNight: both(threads, (those) => calls(those).filter(isNight).length),
      };
    })
    .toSorted((a, b) => b.was + b.would - a.was - a.would || (a.person < b.person ? -1 : 1));
}

/** Sets the calls that there were beside those that there would have been. */
export function tellCalls(threads: Threads, config: Config): CallsReplayed {
  const told = {
    pages: both(threads, (those) => those.length),
    calls: both(threads, (those) => those.reduce((sum, { calls }) => sum + calls.length, 0)),
    unanswered: both(threads, (those) => those.filter((each) => afterMs(each) === null).length),
    medianMs: both(threads, median),
    people: peopleIn(threads, config),
  };
  const would = threads.would.slice(0, listedMax).map((each) => ({
    ...{ at: each.at, title: each.about.title, service: each.about.service },
    ...{ severity: each.about.severity, receiver: each.receiver, called: each.calls },
    ...{ acknowledgedBy: each.acknowledgedBy, acknowledgedAfterMs: afterMs(each) },
  }));
  return { says: sentence(told), ...told, would };
}

const times = (count: number): string =>
  count === 0 ? "never" : count === 1 ? "once" : `${count} times`;
const instead = (was: number, would: number): string =>
  was === would ? `${times(was)} as before` : `${times(would)} instead of ${times(was)}`;
const minutes = (ms: Millis): string =>
  ms < 60_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
const namedMax = 3;

/** "Would have called ann 4 times instead of 12 and ben 3 times instead of never. Half of it would have been seen to within 3 min instead of 9 min." */
export function sentence(of: Omit<CallsReplayed, "says" | "would">): string {
  const { people, medianMs, unanswered } = of;
  const named = people
    .slice(0, namedMax)
    .map(({ person, was, would }) => `${person} ${instead(was, would)}`);
  const rest = people.length - named.length;
  const who = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
  const parts = [
    people.length === 0 ? "Nobody would have been called" : `Would have called ${who}`,
  ];
  const { was, would } = medianMs;
  if (would !== null) {
    const before =
      was === null
        ? ""
        : ` ${minutes(was) === minutes(would) ? "as before" : `instead of ${minutes(was)}`}`;
    parts.push(`Half of it would have been seen to within ${minutes(would)}${before}`);
  }
  if (unanswered.would > 0 || unanswered.was > 0)
    parts.push(`Nobody would have answered ${instead(unanswered.was, unanswered.would)}`);
  return `${parts.join(". ")}.`;
}
