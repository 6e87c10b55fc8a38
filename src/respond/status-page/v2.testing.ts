import * as z from "zod";

/** Statuspage's API v2 as its readers demand it: written from the reference, apart from what Castor writes. */
const Time = z.iso.datetime({ offset: true });
const TimeOrNull = Time.nullable();
const Id = z.string().regex(/^[a-z0-9]{12}$/);
const page = z.strictObject({
  id: Id,
  name: z.string(),
  url: z.url(),
  time_zone: z.string(),
  updated_at: Time,
});
const status = z.strictObject({
  indicator: z.enum(["none", "minor", "major", "critical"]),
  description: z.string().min(1),
});
const statuses = [
  "operational",
  "degraded_performance",
  "partial_outage",
  "major_outage",
  "under_maintenance",
] as const;
const component = z.strictObject({
  ...{ id: Id, name: z.string(), status: z.enum(statuses), created_at: Time, updated_at: Time },
  ...{ position: z.number().int(), description: z.string().nullable(), showcase: z.boolean() },
  ...{
    start_date: z.string().nullable(),
    group_id: Id.nullable(),
    page_id: Id,
    group: z.boolean(),
  },
  ...{ only_show_if_degraded: z.boolean(), components: z.array(Id).optional() },
});
const update = z.strictObject({
  ...{ id: Id, incident_id: Id, status: z.string(), body: z.string(), created_at: Time },
  ...{ updated_at: Time, display_at: Time, deliver_notifications: z.boolean() },
  affected_components: z
    .array(
      z.strictObject({
        code: Id,
        name: z.string(),
        old_status: z.enum(statuses),
        new_status: z.enum(statuses),
      }),
    )
    .min(1)
    .nullable(),
  ...{ custom_tweet: z.null(), tweet_id: z.null() },
});
const thread = {
  ...{ id: Id, name: z.string(), impact: z.enum(["none", "minor", "major", "critical"]) },
  ...{ created_at: Time, updated_at: Time, started_at: Time, monitoring_at: TimeOrNull },
  ...{ resolved_at: TimeOrNull, shortlink: z.url(), page_id: Id, components: z.array(component) },
  incident_updates: z
    .array(update)
    .min(1)
    .refine(
      (all) =>
        all.every(({ created_at: at }, i) => i === 0 || at <= (all[i - 1]?.created_at ?? "")),
      "The newest update first",
    ),
};
const incident = z.strictObject({
  ...thread,
  status: z.enum(["investigating", "identified", "monitoring", "resolved", "postmortem"]),
});
const maintenance = z.strictObject({
  ...thread,
  status: z.enum(["scheduled", "in_progress", "verifying", "completed"]),
  ...{ scheduled_for: Time, scheduled_until: Time },
});
const open = incident.refine((each) => each.resolved_at === null, "An unresolved one has no end");

const documents: Record<string, z.ZodType> = {
  "status.json": z.strictObject({ page, status }),
  "components.json": z.strictObject({ page, components: z.array(component) }),
  "incidents.json": z.strictObject({ page, incidents: z.array(incident) }),
  "incidents/unresolved.json": z.strictObject({ page, incidents: z.array(open) }),
  "scheduled-maintenances.json": z.strictObject({
    page,
    scheduled_maintenances: z.array(maintenance),
  }),
  "scheduled-maintenances/upcoming.json": z.strictObject({
    page,
    scheduled_maintenances: z.array(
      maintenance.refine((each) => each.status === "scheduled", "Upcoming"),
    ),
  }),
  "scheduled-maintenances/active.json": z.strictObject({
    page,
    scheduled_maintenances: z.array(
      maintenance.refine((each) => each.status === "in_progress", "Active"),
    ),
  }),
  "summary.json": z.strictObject({
    ...{ page, status, components: z.array(component), incidents: z.array(open) },
    scheduled_maintenances: z.array(maintenance),
  }),
};

/** What is wrong with a document, in words; nothing when it is right. */
export const validate = (path: string, document: unknown): string[] =>
  documents[path]
    ?.safeParse(document)
    .error?.issues.map((each) => `${each.path.join(".")}: ${each.message}`) ?? [];

/** The indicator that each state of the world deserves. */
export const summary = (world: string): string =>
  ({
    investigating: "major",
    identified: "critical",
    "everything out": "critical",
    "two at once": "major",
    monitoring: "critical",
  })[world] ?? "none";

/** Those that are still to come. */
export const maintenances = (world: string): number => (world === "maintenance planned" ? 1 : 0);

/** What the methods of the npm client ask for: all three about maintenance ask for what is to come, and nothing asks for the other two documents. */
export const clientAsks = [
  ...["status.json", "components.json", "incidents.json", "incidents/unresolved.json"],
  ...["scheduled-maintenances/upcoming.json", "summary.json"],
];
