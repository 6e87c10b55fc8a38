import { Duration } from "#kernel/contract";
import * as z from "zod";
import { MatcherText } from "./model/matcher.ts";
import type { Policy } from "./model/board.ts";
import type { DependsOn, InhibitRule } from "./model/inhibit.ts";
import { type RouteSaid, routeTree } from "./model/route.ts";
import { NoiseConfig } from "./noise/config.ts";
import { OwnConfig } from "./own/config.ts";
import { Objective } from "./rules/objective.ts";
import { Rule } from "./rules/rule.ts";
import { RecurringText } from "./times-config.ts";

export const formats = [
  "alertmanager",
  "alertmanager-webhook",
  "grafana",
  "pagerduty",
  "kuma",
  "generic",
  "heartbeat",
] as const;

const Name = z.string().regex(/^[a-z0-9-]{1,60}$/, "Small letters, digits and dashes");
const Matchers = z.array(MatcherText).max(50);

const Intake = z
  .object({
    format: z.enum(formats).describe("What is spoken there."),
    token: z
      .string()
      .regex(/^[\w-]{16,200}$/, "16 to 200 letters, digits, dashes or underscores")
      .describe(
        "Who knows it may send: a part of the address, or what HTTP authorization carries.",
      ),
    labels: z
      .record(z.string().regex(/^[a-zA-Z_]\w*$/), z.string().max(200))
      .default({})
      .describe("Put on every alert from there that lacks them, such as service."),
    every: Duration.optional().describe("A heartbeat is missed when nothing came for so long."),
    map: z
      .object({
        title: z.string().default("title"),
        severity: z.string().default("severity"),
        status: z.string().default("status"),
        key: z.string().default("key"),
        service: z.string().default("service"),
      })
      .strict()
      .prefault({})
      .describe("For generic JSON: where things stand, as paths such as `event.title`."),
  })
  .strict();
export type IntakeConfig = z.infer<typeof Intake>;

const said = {
  receiver: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe("Whom it goes to: a name that pages go by."),
  groupBy: z
    .array(z.string().min(1))
    .max(20)
    .optional()
    .describe('Alerts alike in these labels are one group; "..." means in all.'),
  wait: Duration.optional().describe("A new group waits so long for more of the same; 30s."),
  interval: Duration.optional().describe("What is new in a group is told so often; 5m."),
  repeat: Duration.optional().describe("What goes on is told again after; 4h."),
};
const names = z.array(z.string()).max(20).optional();
const when = {
  mutedDuring: names.describe("Names of `times` in which it tells nobody."),
  activeDuring: names.describe("Names of `times`; outside of them it tells nobody."),
};
const match = Matchers.default([]).describe('All must hold: severity="critical".');
const goesOn = z.boolean().default(false).describe("Whether the routes after it are tried too.");
const leaf = z.object({ ...said, ...when, match, continue: goesOn }).strict();
const nested = (deeper: z.ZodType<RouteSaid>): z.ZodType<RouteSaid> =>
  z
    .object({
      ...{ ...said, ...when, match, continue: goesOn },
      routes: z.array(deeper).max(500).default([]).describe("The first that matches takes it."),
    })
    .strict();
const lowest = leaf.transform((each): RouteSaid => ({
  ...each,
  routes: [],
})) as z.ZodType<RouteSaid>;

const watchesMax = 200;

const Inhibit = z
  .object({
    source: Matchers.min(1).describe("While one such alert fires…"),
    target: Matchers.min(1).describe("…such alerts page nobody…"),
    equal: z.array(z.string()).max(20).default([]).describe("…if these labels are alike."),
  })
  .strict();

function timesUsed(
  routes: readonly RouteSaid[],
  at: (string | number)[],
): { path: (string | number)[]; name: string }[] {
  return routes.flatMap(({ mutedDuring = [], activeDuring = [], routes: deeper }, n) => [
    ...mutedDuring.map((name, i) => ({ path: [...at, n, "mutedDuring", i], name })),
    ...activeDuring.map((name, i) => ({ path: [...at, n, "activeDuring", i], name })),
    ...timesUsed(deeper, [...at, n, "routes"]),
  ]);
}

export const Config = z
  .object({
    intakes: z
      .record(Name, Intake)
      .default({})
      .describe("Who may send alerts, by a name of yours."),
    route: z
      .object({
        ...said,
        routes: z
          .array(nested(nested(lowest)))
          .max(500)
          .default([])
          .describe("The first that matches takes it; three levels deep."),
      })
      .strict()
      .prefault({})
      .describe("How alerts are gathered and whom they go to."),
    times: z
      .record(Name, z.array(RecurringText).min(1).max(50))
      .default({})
      .describe(
        "Stretches of time that come again, by names that routes use; one of each is enough.",
      ),
    inhibit: z.array(Inhibit).max(500).default([]).describe("What makes what not worth a page."),
    rules: z
      .record(Name, Rule)
      .default({})
      .refine((all) => Object.keys(all).length <= watchesMax, `${watchesMax} rules at most`)
      .describe("What of Castor's own counters is bad, by a name of yours."),
    objectives: z
      .record(Name, Objective)
      .default({})
      .refine((all) => Object.keys(all).length <= watchesMax, `${watchesMax} objectives at most`)
      .describe("How good services are to be (SLO); told when the error budget burns too fast."),
    own: OwnConfig.prefault({}).describe("What Castor looks at by itself."),
    noise: NoiseConfig.prefault({}).describe("How interruptions are counted."),
    resolveTimeout: Duration.prefault("5m").describe(
      "An alert without an end that nobody repeats is over after.",
    ),
    reopenWithin: Duration.prefault("15m").describe(
      "A group that fires again so soon is the same thread and wakes nobody anew.",
    ),
    alertsMax: z
      .number()
      .int()
      .min(100)
      .max(1_000_000)
      .default(100_000)
      .describe("Open alerts; beyond it new ones are counted and left out."),
  })
  .strict()
  .superRefine(({ route, times }, context) => {
    for (const { path, name } of timesUsed(route.routes, ["route", "routes"]))
      if (!Object.hasOwn(times, name))
        context.addIssue({ code: "custom", path, message: `There is no "${name}" under times` });
  })
  .refine(
    ({ rules, objectives }) => !Object.keys(rules).some((name) => Object.hasOwn(objectives, name)),
    {
      error: "A rule and an objective cannot have the same name",
      path: ["objectives"],
    },
  );
export type Config = z.infer<typeof Config>;

/** How alerts are gathered and held back; which service needs which others is the catalog's. */
export const policyOf = (
  {
    route,
    times,
    inhibit,
    reopenWithin,
  }: Pick<Config, "route" | "times" | "inhibit" | "reopenWithin">,
  dependsOn: DependsOn = {},
  own: readonly InhibitRule[] = [],
): Policy => ({
  root: routeTree({ ...route, match: [], continue: false }, times),
  ...{ inhibit: [...inhibit, ...own], dependsOn, reopenMs: reopenWithin },
});
