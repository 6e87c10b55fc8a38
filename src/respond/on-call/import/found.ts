import * as z from "zod";

const Id = z.union([z.string(), z.number()]).transform(String);
const Reference = z.looseObject({
  id: Id,
  summary: z.string().nullish(),
  type: z.string().nullish(),
});
const Users = z.array(z.string()).nullish();
const Name = z.string().max(300);

/** `GET /users` of PagerDuty, and of Grafana OnCall (which has a `username`). */
const User = z.looseObject({
  id: Id,
  name: Name.nullish(),
  username: Name.nullish(),
  email: z.string().max(254).nullish(),
  time_zone: z.string().nullish(),
  timezone: z.string().nullish(),
});
export type User = z.infer<typeof User>;

/** `GET /schedules/{id}` of PagerDuty. Its layers come with the one that counts first at the front. */
const PagerDutySchedule = z.looseObject({
  id: Id,
  name: Name,
  time_zone: z.string(),
  schedule_layers: z.array(
    z.looseObject({
      name: Name.nullish(),
      start: z.string(),
      end: z.string().nullish(),
      rotation_virtual_start: z.string().nullish(),
      rotation_turn_length_seconds: z.number(),
      users: z.array(z.looseObject({ user: Reference.nullish() })),
      restrictions: z
        .array(
          z.looseObject({
            type: z.string(),
            start_time_of_day: z.string(),
            duration_seconds: z.number(),
            start_day_of_week: z.number().nullish(),
          }),
        )
        .nullish(),
    }),
  ),
  overrides_subschedule: z
    .looseObject({
      rendered_schedule_entries: z
        .array(z.looseObject({ start: z.string(), end: z.string(), user: Reference.nullish() }))
        .nullish(),
    })
    .nullish(),
});
export type PagerDutySchedule = z.infer<typeof PagerDutySchedule>;

/** `GET /escalation_policies` of PagerDuty. */
const PagerDutyPolicy = z.looseObject({
  id: Id,
  name: Name,
  num_loops: z.number().nullish(),
  escalation_rules: z.array(
    z.looseObject({ escalation_delay_in_minutes: z.number(), targets: z.array(Reference) }),
  ),
  services: z.array(Reference).nullish(),
});
export type PagerDutyPolicy = z.infer<typeof PagerDutyPolicy>;

/** `GET /api/v1/schedules/` of Grafana OnCall. */
const OnCallSchedule = z.looseObject({
  id: Id,
  name: Name,
  type: z.enum(["web", "calendar", "ical"]),
  time_zone: z.string().nullish(),
  shifts: z.array(Id).nullish(),
  ical_url_primary: z.string().nullish(),
  ical_url_overrides: z.string().nullish(),
});
export type OnCallSchedule = z.infer<typeof OnCallSchedule>;

const Numbers = z.array(z.number()).nullish();
/** `GET /api/v1/on_call_shifts/` of Grafana OnCall. Times are by the clocks of `time_zone`, lengths in seconds. */
const OnCallShift = z.looseObject({
  id: Id,
  name: Name.nullish(),
  type: z.enum(["single_event", "recurrent_event", "rolling_users", "override"]),
  time_zone: z.string().nullish(),
  level: z.number().nullish(),
  start: z.string(),
  duration: z.number(),
  frequency: z.enum(["hourly", "daily", "weekly", "monthly"]).nullish(),
  interval: z.number().int().positive().nullish(),
  until: z.string().nullish(),
  week_start: z.string().nullish(),
  by_day: Users,
  by_month: Numbers,
  by_monthday: Numbers,
  users: Users,
  rolling_users: z.array(z.array(z.string())).nullish(),
  start_rotation_from_user_index: z.number().int().min(0).nullish(),
});
export type OnCallShift = z.infer<typeof OnCallShift>;

/** `GET /api/v1/escalation_policies/` of Grafana OnCall: one step of a chain. */
const OnCallStep = z.looseObject({
  id: Id,
  escalation_chain_id: Id,
  position: z.number(),
  type: z.string(),
  duration: z.number().nullish(),
  persons_to_notify: Users,
  persons_to_notify_next_each_time: Users,
  notify_on_call_from_schedule: z.string().nullish(),
});
export type OnCallStep = z.infer<typeof OnCallStep>;
const OnCallChain = z.looseObject({ id: Id, name: Name });
export type OnCallChain = z.infer<typeof OnCallChain>;

const Party = z.looseObject({
  type: z.string(),
  id: Id.nullish().transform((id) => id ?? ""),
  name: Name.nullish(),
  username: Name.nullish(),
});
const Hours = z.looseObject({
  ...{ startHour: z.number(), startMin: z.number(), endHour: z.number(), endMin: z.number() },
});
/** `GET /v2/schedules?expand=rotation` of Opsgenie. */
const OpsgenieSchedule = z.looseObject({
  id: Id,
  name: Name,
  timezone: z.string(),
  enabled: z.boolean().nullish(),
  rotations: z.array(
    z.looseObject({
      name: Name.nullish(),
      startDate: z.string(),
      endDate: z.string().nullish(),
      type: z.enum(["hourly", "daily", "weekly"]),
      length: z.number().int().positive().max(999),
      participants: z.array(Party),
      timeRestriction: z
        .looseObject({
          restriction: Hours.nullish(),
          restrictions: z
            .array(Hours.extend({ startDay: z.string(), endDay: z.string() }))
            .nullish(),
        })
        .nullish(),
    }),
  ),
});
export type OpsgenieSchedule = z.infer<typeof OpsgenieSchedule>;

/** `GET /v2/escalations` of Opsgenie. */
const OpsgenieEscalation = z.looseObject({
  id: Id,
  name: Name,
  rules: z.array(
    z.looseObject({
      condition: z.string().nullish(),
      notifyType: z.string().nullish(),
      delay: z.looseObject({ timeAmount: z.number(), timeUnit: z.string().nullish() }).nullish(),
      recipient: Party,
    }),
  ),
});
export type OpsgenieEscalation = z.infer<typeof OpsgenieEscalation>;
/** `GET /v2/users` of Opsgenie, where a mailbox is the name. */
const OpsgenieUser = z
  .looseObject({ id: Id, username: Name, fullName: Name.nullish(), timeZone: z.string().nullish() })
  .transform(({ id, username, fullName, timeZone }): User => ({
    ...{ id, email: username, name: fullName, time_zone: timeZone },
  }));

/** What was found in the files, by what it is. */
export type Found = {
  users: User[];
  pagerDutySchedules: PagerDutySchedule[];
  pagerDutyPolicies: PagerDutyPolicy[];
  onCallSchedules: OnCallSchedule[];
  onCallShifts: OnCallShift[];
  onCallSteps: OnCallStep[];
  onCallChains: OnCallChain[];
  opsgenieSchedules: OpsgenieSchedule[];
  opsgenieEscalations: OpsgenieEscalation[];
  /** What looked like one of them and could not be read. */
  unread: string[];
};

type Kind = Exclude<keyof Found, "unread">;
const areRecipients = (rules: unknown): boolean =>
  Array.isArray(rules) &&
  rules.length > 0 &&
  rules.every((each: unknown) => typeof each === "object" && each !== null && "recipient" in each);
const kinds: readonly [Kind, z.ZodType, (has: (field: string) => boolean, it: Loose) => boolean][] =
  [
    ["pagerDutySchedules", PagerDutySchedule, (has) => has("schedule_layers")],
    ["pagerDutyPolicies", PagerDutyPolicy, (has) => has("escalation_rules")],
    ["onCallSteps", OnCallStep, (has) => has("escalation_chain_id")],
    ["onCallShifts", OnCallShift, (has) => has("type") && has("start") && has("duration")],
    [
      "onCallSchedules",
      OnCallSchedule,
      (_, { type }) => ["web", "calendar", "ical"].includes(String(type)),
    ],
    ["opsgenieSchedules", OpsgenieSchedule, (has) => has("rotations") && has("timezone")],
    ["opsgenieEscalations", OpsgenieEscalation, (_, { rules }) => areRecipients(rules)],
    ["users", OpsgenieUser, (has) => has("username") && has("fullName")],
    ["users", User, (has) => has("email") && (has("username") || has("name"))],
  ];
type Loose = Readonly<Record<string, unknown>>;
const depthMax = 6;

/** Finds what is known wherever it lies: pages of the API (`results`), single answers, or many of them put together by hand. */
export function foundIn(files: readonly unknown[]): Found {
  const found: Found = {
    ...{ users: [], pagerDutySchedules: [], pagerDutyPolicies: [], onCallSchedules: [] },
    ...{ onCallShifts: [], onCallSteps: [], onCallChains: [] },
    ...{ opsgenieSchedules: [], opsgenieEscalations: [], unread: [] },
  };
  const take = (kind: Kind, schema: z.ZodType, it: Loose): void => {
    const read = schema.safeParse(it);
    if (read.success) (found[kind] as unknown[]).push(read.data);
    else {
      const [issue] = read.error.issues;
      const name =
        typeof it["name"] === "string"
          ? it["name"]
          : String(it["id"] ?? "something without a name");
      found.unread.push(`${name}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
    }
  };
  const look = (value: unknown, under: string, depth: number): void => {
    if (depth > depthMax || typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const each of value) look(each, under, depth + 1);
      return;
    }
    const it = value as Loose;
    const kind = kinds.find(([, , is]) => is((field) => field in it, it));
    if (kind) take(kind[0], kind[1], it);
    else if ("id" in it && (under === "escalation_chains" || isChain(it)))
      take("onCallChains", OnCallChain, it);
    else
      for (const [key, each] of Object.entries(it))
        look(each, key === "results" ? under : key, depth + 1);
  };
  for (const file of files) look(file, "", 0);
  return found;
}

/** An escalation chain has a name and a team, and nothing else. */
const isChain = (it: Loose): boolean =>
  "name" in it && Object.keys(it).every((key) => ["id", "name", "team_id"].includes(key));
