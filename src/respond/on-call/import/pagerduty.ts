import { wallOf } from "#kernel";
import {
  dailyHours,
  type Draft,
  type HoursDraft,
  type LayerDraft,
  minutesOf,
  slug,
  turnOf,
  weeklyHours,
} from "./draft.ts";
import type { Found, PagerDutyPolicy, PagerDutySchedule } from "./found.ts";

type Layer = PagerDutySchedule["schedule_layers"][number];

const pad = (n: number): string => String(n).padStart(2, "0");
/** An instant as the clocks of a zone show it, as `castor.yaml` has it. */
export function wallText(at: number, zone: string): string {
  const { year, month, day, hour, minute } = wallOf(at, zone);
  return `${year}-${pad(month)}-${pad(day)} ${pad(hour)}:${pad(minute)}`;
}

const hoursOf = (layer: Layer): HoursDraft[] =>
  (layer.restrictions ?? []).flatMap((each) => {
    const from = minutesOf(each.start_time_of_day);
    return each.type === "weekly_restriction"
      ? weeklyHours((each.start_day_of_week ?? 1) - 1, from, each.duration_seconds)
      : dailyHours(from, each.duration_seconds);
  });

function layerOf(
  layer: Layer,
  place: number,
  of: { draft: Draft; schedule: PagerDutySchedule; now: number },
): LayerDraft | undefined {
  const { draft, schedule, now } = of;
  const name = layer.name ?? `layer ${place + 1}`;
  const say = (what: string): void => void draft.notes.push(`${schedule.name}, ${name}: ${what}`);
  const ends = layer.end ? Date.parse(layer.end) : undefined;
  if (ends !== undefined && ends <= now) return undefined;
  if (ends !== undefined) say(`it ends on ${layer.end}; take it out then.`);
  if (Date.parse(layer.start) > now)
    say(`it begins only on ${layer.start}; Castor has it at once.`);
  const every = turnOf(layer.rotation_turn_length_seconds);
  if (every === undefined) {
    say(
      `turns of ${layer.rotation_turn_length_seconds} s are no whole hours; write the layer by hand.`,
    );
    return undefined;
  }
  const members = layer.users.flatMap(({ user }) =>
    user ? [draft.person(user.id, user.summary)] : [],
  );
  if (members.length < layer.users.length)
    say("somebody in it is deleted; the turns of others move.");
  if (members.length === 0) return undefined;
  const hours = hoursOf(layer);
  const begins = Date.parse(layer.rotation_virtual_start ?? layer.start);
  return {
    ...{ name, members, start: wallText(begins, schedule.time_zone), every },
    ...(hours.length === 0 ? {} : { hours }),
  };
}

/** Two layers of one name are told apart. */
export function namedApart(layers: readonly LayerDraft[]): LayerDraft[] {
  const seen = new Map<string, number>();
  return layers.map((layer) => {
    const count = (seen.get(layer.name) ?? 0) + 1;
    seen.set(layer.name, count);
    return count === 1 ? layer : { ...layer, name: `${layer.name} ${count}` };
  });
}

function takeSchedule(schedule: PagerDutySchedule, draft: Draft, now: number): void {
  const team = draft.team(schedule.id, schedule.name);
  const layers = schedule.schedule_layers.flatMap(
    (layer, place) => layerOf(layer, place, { draft, schedule, now }) ?? [],
  );
  draft.teams[team] = { zone: schedule.time_zone, layers: namedApart(layers) };
  for (const { start, end, user } of schedule.overrides_subschedule?.rendered_schedule_entries ??
    [])
    if (user && Date.parse(end) > now)
      draft.notes.push(
        `an override: castor on-call take-over --team ${team} --member ${draft.person(user.id, user.summary)} --from ${start} --to ${end} --reason "carried over"`,
      );
}

function takePolicy(
  policy: PagerDutyPolicy,
  draft: Draft,
  schedules: readonly PagerDutySchedule[],
): void {
  const say = (what: string): void => void draft.notes.push(`policy ${policy.name}: ${what}`);
  const steps = policy.escalation_rules.flatMap(
    ({ escalation_delay_in_minutes: minutes, targets }) => {
      const who = targets.flatMap(({ id, type, summary }) => {
        if (type?.startsWith("user")) return [draft.person(id, summary)];
        const known = schedules.find((each) => each.id === id);
        if (type?.startsWith("schedule") && known) return [`team:${draft.team(id, known.name)}`];
        say(`it calls ${summary ?? id} (${type ?? "unknown"}), which is not in these files.`);
        return [];
      });
      return who.length === 0 ? [] : [{ who: [...new Set(who)], after: `${minutes}m` }];
    },
  );
  if (steps.length === 0) return say("it calls nobody that is in these files; left out.");
  draft.policies[slug(policy.name, `policy-${policy.id.toLowerCase()}`)] = { steps };
  if ((policy.num_loops ?? 0) > 0)
    say(`it stops after ${policy.num_loops} more rounds; Castor goes on until somebody answers.`);
  const services = (policy.services ?? []).map(({ summary, id }) => summary ?? id);
  if (services.length > 0)
    say(
      `it was used by ${services.join(", ")}; route their alerts to this receiver under \`alerts\`.`,
    );
}

/** What PagerDuty's API gives (`/schedules/{id}`, `/escalation_policies`, `/users`). */
export function takePagerDuty(found: Found, draft: Draft, now: number): void {
  for (const each of found.pagerDutySchedules) takeSchedule(each, draft, now);
  for (const each of found.pagerDutyPolicies) takePolicy(each, draft, found.pagerDutySchedules);
}
