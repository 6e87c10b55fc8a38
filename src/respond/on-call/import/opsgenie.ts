import {
  dailyHours,
  type Draft,
  type HoursDraft,
  type LayerDraft,
  slug,
  weeklyHours,
} from "./draft.ts";
import type { Found, OpsgenieEscalation, OpsgenieSchedule, User } from "./found.ts";
import { namedApart, wallText } from "./pagerduty.ts";

type Rotation = OpsgenieSchedule["rotations"][number];
type Rule = OpsgenieEscalation["rules"][number];

const units = { hourly: "h", daily: "d", weekly: "w" } as const;
const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const minutesPerDay = 1_440;
const minutesPerWeek = 7 * minutesPerDay;
/** From one time to another; round when both are the same. */
const lengthOf = (from: number, to: number, round: number): number =>
  ((to - from + round) % round || round) * 60;

function hoursOf({ timeRestriction }: Rotation): HoursDraft[] {
  const { restriction: daily, restrictions: weekly = [] } = timeRestriction ?? {};
  if (daily) {
    const from = daily.startHour * 60 + daily.startMin;
    const to = daily.endHour * 60 + daily.endMin;
    return dailyHours(from, lengthOf(from, to, minutesPerDay));
  }
  return (weekly ?? []).flatMap(({ startDay, endDay, ...at }) => {
    const [first, last] = [startDay, endDay].map((day) => weekdays.indexOf(day.toLowerCase()));
    const from = at.startHour * 60 + at.startMin;
    const begins = (first ?? 0) * minutesPerDay + from;
    const ends = (last ?? 0) * minutesPerDay + at.endHour * 60 + at.endMin;
    return weeklyHours(first ?? 0, from, lengthOf(begins, ends, minutesPerWeek));
  });
}

function layerOf(
  rotation: Rotation,
  of: { draft: Draft; schedule: OpsgenieSchedule; now: number },
): LayerDraft | undefined {
  const { draft, schedule, now } = of;
  const name = rotation.name ?? "rotation";
  const say = (what: string): void => void draft.notes.push(`${schedule.name}, ${name}: ${what}`);
  if (rotation.endDate && Date.parse(rotation.endDate) <= now) return undefined;
  if (rotation.endDate) say(`it ends on ${rotation.endDate}; take it out then.`);
  if (Date.parse(rotation.startDate) > now)
    say(`it begins only on ${rotation.startDate}; Castor has it at once.`);
  const people = rotation.participants.filter(({ type }) => type === "user");
  if (people.length < rotation.participants.length)
    say(
      "some turns are a team's, an escalation's or nobody's; they are left out, and others move.",
    );
  if (people.length === 0) return undefined;
  const hours = hoursOf(rotation);
  return {
    name,
    members: people.map((each) => draft.person(each.id, each.username)),
    start: wallText(Date.parse(rotation.startDate), schedule.timezone),
    every: `${rotation.length}${units[rotation.type]}`,
    ...(hours.length === 0 ? {} : { hours }),
  };
}

function takeSchedule(schedule: OpsgenieSchedule, draft: Draft, now: number): void {
  if (schedule.enabled === false)
    return void draft.notes.push(`${schedule.name}: it is switched off there; left out.`);
  const layers = schedule.rotations.flatMap(
    (each) => layerOf(each, { draft, schedule, now }) ?? [],
  );
  draft.teams[draft.team(schedule.id, schedule.name)] = {
    zone: schedule.timezone,
    layers: namedApart(layers),
  };
  if (layers.filter(({ hours }) => hours === undefined).length > 1)
    draft.notes.push(
      `${schedule.name}: its rotations called several people at once; in Castor the first that has somebody counts, put the others into a step of the policy.`,
    );
}

const minutesPerUnit: Readonly<Record<string, number>> = { minutes: 1, hours: 60, days: 1_440 };
/** Its delay counts from the beginning of the alert. */
const delayOf = ({ delay }: Rule): number =>
  (delay?.timeAmount ?? 0) * (minutesPerUnit[delay?.timeUnit ?? "minutes"] ?? 1);
const lastMinutes = 5;

function takeEscalation(
  { id, name, rules }: OpsgenieEscalation,
  draft: Draft,
  schedules: readonly OpsgenieSchedule[],
): void {
  const say = (what: string): void => void draft.notes.push(`policy ${name}: ${what}`);
  const whoOf = ({ recipient, notifyType, condition }: Rule): string[] => {
    if (condition === "if-not-closed")
      say("it goes on after an acknowledgement; Castor stops then.");
    if (notifyType && !["default", "all"].includes(notifyType))
      say(
        `it calls the ${notifyType} of ${recipient.name ?? recipient.id}; Castor calls who is on.`,
      );
    if (recipient.type === "user") return [draft.person(recipient.id, recipient.username)];
    const known = schedules.find((each) => each.id === recipient.id);
    if (known && known.enabled !== false) return [`team:${draft.team(known.id, known.name)}`];
    say(
      `it calls ${recipient.name ?? recipient.id} (${recipient.type}), which is not in these files.`,
    );
    return [];
  };
  const byDelay = [...Map.groupBy(rules, delayOf)].toSorted(([a], [b]) => a - b);
  const called = byDelay
    .map(([at, together]) => ({ at, who: [...new Set(together.flatMap(whoOf))] }))
    .filter(({ who }) => who.length > 0);
  const steps = called.map(({ at, who }, n) => ({
    who,
    after: `${(called[n + 1]?.at ?? at + lastMinutes) - at}m`,
  }));
  if (steps.length === 0) return say("it calls nobody that is in these files; left out.");
  draft.policies[slug(name, `policy-${id.toLowerCase()}`)] = { steps };
}

/** Whoever has turns or is called is known by their mailbox, which is their name there. */
export const opsgenieUsers = ({ opsgenieSchedules, opsgenieEscalations }: Found): User[] =>
  [
    ...opsgenieSchedules.flatMap(({ rotations }) => rotations.flatMap((each) => each.participants)),
    ...opsgenieEscalations.flatMap(({ rules }) => rules.map(({ recipient }) => recipient)),
  ].flatMap(({ type, id, username }) =>
    type === "user" && username?.includes("@") ? [{ id, email: username }] : [],
  );

/** What Opsgenie's API gives (`/v2/schedules?expand=rotation`, `/v2/escalations`, `/v2/users`). */
export function takeOpsgenie(found: Found, draft: Draft, now: number): void {
  for (const each of found.opsgenieSchedules) takeSchedule(each, draft, now);
  for (const each of found.opsgenieEscalations)
    takeEscalation(each, draft, found.opsgenieSchedules);
}
