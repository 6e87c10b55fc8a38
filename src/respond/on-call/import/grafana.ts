import { asUtc, instantOf, laterWall, type Wall, weekdayOf } from "#kernel";
import {
  dailyHours,
  type Draft,
  type HoursDraft,
  type LayerDraft,
  slug,
  type StepDraft,
  weeklyHours,
} from "./draft.ts";
import type { Found, OnCallChain, OnCallSchedule, OnCallShift, OnCallStep } from "./found.ts";
import { namedApart, wallText } from "./pagerduty.ts";

const dayNames = {
  MO: "mon",
  TU: "tue",
  WE: "wed",
  TH: "thu",
  FR: "fri",
  SA: "sat",
  SU: "sun",
} as const;
const units = { hourly: "h", daily: "d", weekly: "w", monthly: "mo" } as const;
const seconds = { hourly: 3_600, daily: 86_400, weekly: 604_800, monthly: 28 * 86_400 } as const;

/** `2020-09-10T08:00:00` by the clocks of a zone that stands elsewhere. */
function wallIn(text: string): Wall {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = text.split(/[-T: ]/).map(Number);
  return { year, month, day, hour, minute };
}
const minutes = ({ hour, minute }: Wall): number => hour * 60 + minute;
/** 0 is Monday. */
const dayOf = (wall: Wall): number => (weekdayOf(wall) + 6) % 7;

/** The day that a week begins on at midnight, at or before: OnCall counts weeks by `week_start`. */
function weekBegins(wall: Wall, weekStart: string | null | undefined): Wall {
  const first = weekStart === "SU" ? 6 : 0;
  return laterWall({ ...wall, hour: 0, minute: 0 }, { days: -((dayOf(wall) - first + 7) % 7) });
}

type Shape = { start: Wall; hours: HoursDraft[] } | string;

const daysOf = (shift: OnCallShift): string[] =>
  (shift.by_day ?? []).flatMap((each) => dayNames[each as keyof typeof dayNames] ?? []);
const intervalOf = (shift: OnCallShift): number => shift.interval ?? 1;

/** On certain days of the week. */
function dailyShape(shift: OnCallShift, days: readonly string[]): Shape {
  if (shift.duration > 86_400) return "it lasts longer than a day on certain days of the week";
  const start = wallIn(shift.start);
  const hours = dailyHours(minutes(start), shift.duration, days);
  return shift.frequency === "weekly"
    ? { start: weekBegins(start, shift.week_start), hours }
    : { start, hours };
}

/** When within each turn somebody is on call; or why Castor has no words for it. */
function shapeOf(shift: OnCallShift): Shape {
  const { frequency, duration } = shift;
  if (!frequency) return "it repeats and does not say how often";
  if ([...(shift.by_month ?? []), ...(shift.by_monthday ?? [])].length > 0)
    return "it is bound to certain months or days of the month";
  const days = daysOf(shift);
  if (days.length > 0) return dailyShape(shift, days);
  const [start, interval] = [wallIn(shift.start), intervalOf(shift)];
  if (duration >= seconds[frequency] * interval) return { start, hours: [] };
  if (frequency === "daily" && duration <= 86_400)
    return { start, hours: dailyHours(minutes(start), duration) };
  if (frequency === "weekly" && interval === 1)
    return { start, hours: weeklyHours(dayOf(start), minutes(start), duration) };
  return `it lasts ${duration} s and comes every ${interval} (${frequency}), with nobody in between`;
}

function membersOf(shift: OnCallShift, draft: Draft, say: (what: string) => void): string[] {
  const groups = shift.type === "rolling_users" ? (shift.rolling_users ?? []) : [shift.users ?? []];
  const first = (shift.start_rotation_from_user_index ?? 0) % Math.max(1, groups.length);
  const ordered = [...groups.slice(first), ...groups.slice(0, first)];
  if (ordered.some((group) => group.length > 1))
    say(
      "several people were on call at once; Castor takes the first of each, put the others into a step of the policy.",
    );
  return ordered.flatMap(([id]) => (id === undefined ? [] : [draft.person(id)]));
}

type Of = { draft: Draft; schedule: OnCallSchedule; now: number };

/** What of a shift is lost although it is carried over. */
function tellLosses(shift: OnCallShift, zone: string, say: (what: string) => void): void {
  if (shift.until) say(`it ends on ${shift.until}; take it out then.`);
  if (shift.time_zone && shift.time_zone !== zone)
    say(`it went by the clocks of ${shift.time_zone}; a team of Castor has one zone, ${zone}.`);
}

function layerOf(shift: OnCallShift, { draft, schedule, now }: Of): LayerDraft | undefined {
  const name = shift.name ?? shift.id;
  const say = (what: string): void => void draft.notes.push(`${schedule.name}, ${name}: ${what}`);
  if (shift.until && asUtc(wallIn(shift.until)) <= now) return undefined;
  tellLosses(shift, schedule.time_zone ?? "UTC", say);
  const shape = shapeOf(shift);
  if (typeof shape === "string") {
    say(`${shape}; write it by hand.`);
    return undefined;
  }
  const members = membersOf(shift, draft, say);
  const interval = intervalOf(shift);
  if (members.length === 1 && interval > 1 && shape.hours.length > 0) {
    say(`it comes only every ${interval} (${shift.frequency}); write it by hand.`);
    return undefined;
  }
  if (members.length === 0) return undefined;
  return {
    ...{ name, members, start: wallText(asUtc(shape.start), "UTC") },
    every: `${interval}${units[shift.frequency ?? "weekly"]}`,
    ...(shape.hours.length === 0 ? {} : { hours: shape.hours }),
  };
}

/** What happens once is a stand-in, which is a decision and not configuration. */
function noteOnce(
  shift: OnCallShift,
  team: string,
  of: { draft: Draft; zone: string; now: number },
): void {
  const from = instantOf(wallIn(shift.start), shift.time_zone ?? of.zone);
  const to = from + shift.duration * 1_000;
  const [first] = shift.users ?? shift.rolling_users?.[0] ?? [];
  if (first === undefined || to <= of.now) return;
  const [begins, ends] = [new Date(from).toISOString(), new Date(to).toISOString()];
  of.draft.notes.push(
    `an override: castor on-call take-over --team ${team} --member ${of.draft.person(first)} --from ${begins} --to ${ends} --reason "carried over"`,
  );
}

function takeSchedule(
  schedule: OnCallSchedule,
  found: Found,
  of: { draft: Draft; now: number },
): void {
  const { draft, now } = of;
  const team = draft.team(schedule.id, schedule.name);
  const say = (what: string): void => void draft.notes.push(`${schedule.name}: ${what}`);
  const zone = schedule.time_zone ?? "UTC";
  if (schedule.type === "ical")
    return say("its shifts come from a calendar elsewhere (iCal); write its rotation by hand.");
  if (schedule.ical_url_overrides)
    say("overrides came from a calendar elsewhere; use castor on-call take-over.");
  const ids = schedule.shifts ?? [];
  const shifts = found.onCallShifts.filter(({ id }) => ids.includes(id));
  const lacking = ids.length - shifts.length;
  if (lacking > 0)
    say(`${lacking} of its shifts are not in these files (GET /api/v1/on_call_shifts/).`);
  const isOnce = ({ type }: OnCallShift): boolean => type === "single_event" || type === "override";
  for (const each of shifts.filter(isOnce)) noteOnce(each, team, { draft, zone, now });
  const layers = shifts
    .filter((each) => !isOnce(each))
    .toSorted((a, b) => (b.level ?? 0) - (a.level ?? 0))
    .flatMap((each) => layerOf(each, { draft, schedule, now }) ?? []);
  draft.teams[team] = { zone, layers: namedApart(layers) };
}

/** Whom a step calls; nobody where it does something else. */
function whoOf(step: OnCallStep, draft: Draft, schedules: readonly OnCallSchedule[]): string[] {
  if (step.type === "notify_persons")
    return (step.persons_to_notify ?? []).map((id) => draft.person(id));
  if (step.type === "notify_person_next_each_time")
    return (step.persons_to_notify_next_each_time ?? []).map((id) => draft.person(id));
  const schedule = schedules.find(({ id }) => id === step.notify_on_call_from_schedule);
  return schedule ? [`team:${draft.team(schedule.id, schedule.name)}`] : [];
}

function takeChain({ id, name }: OnCallChain, found: Found, draft: Draft): void {
  const say = (what: string): void => void draft.notes.push(`chain ${name}: ${what}`);
  const steps: (StepDraft & { waitSeconds: number })[] = [];
  const chain = found.onCallSteps
    .filter((each) => each.escalation_chain_id === id)
    .toSorted((a, b) => a.position - b.position);
  for (const step of chain) {
    const last = steps.at(-1);
    const who = whoOf(step, draft, found.onCallSchedules);
    if (step.type === "wait") {
      if (last) last.waitSeconds += step.duration ?? 0;
      else say("it waits before it calls anybody; Castor calls at once.");
    } else if (step.type === "repeat_escalation") continue;
    else if (who.length === 0) say(`its step "${step.type}" is not carried over.`);
    else if (last?.waitSeconds === 0) last.who = [...new Set([...last.who, ...who])];
    else steps.push({ who, after: "", waitSeconds: 0 });
    if (step.type === "notify_person_next_each_time")
      say(
        "it called one person after the other, a different one each time; Castor calls them all.",
      );
  }
  if (steps.length === 0) return say("it calls nobody that is in these files; left out.");
  draft.policies[slug(name, `chain-${id.toLowerCase()}`)] = {
    steps: steps.map(({ who, waitSeconds }) => ({
      ...{ who, after: waitSeconds === 0 ? "5m" : `${Math.max(1, Math.round(waitSeconds / 60))}m` },
    })),
  };
}

/** What Grafana OnCall's API gives (`/api/v1/schedules`, `on_call_shifts`, `escalation_chains`, `escalation_policies`, `users`). */
export function takeGrafana(found: Found, draft: Draft, now: number): void {
  for (const each of found.onCallSchedules) takeSchedule(each, found, { draft, now });
  const named = new Set(found.onCallChains.map(({ id }) => id));
  const unnamed = new Set(
    found.onCallSteps.map((each) => each.escalation_chain_id).filter((id) => !named.has(id)),
  );
  for (const each of [
    ...found.onCallChains,
    ...[...unnamed].map((id) => ({ id, name: `chain ${id}` })),
  ])
    takeChain(each, found, draft);
}
