import { type ConfigMistake, Duration, type Wall, Zone } from "#kernel";
import * as z from "zod";
import { type Layer, weekdays } from "./contract.ts";

const Time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a time of day such as "09:00"')
  .transform((text) => {
    const [hours = 0, minutes = 0] = text.split(":").map(Number);
    return hours * 60 + minutes;
  });
const Start = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\d[T ]([01]\d|2[0-3]):[0-5]\d$/,
    'Write a date and a time by the clocks of the zone, such as "2026-01-05 09:00"',
  )
  .transform((text): Wall => {
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = text.split(/[-T :]/).map(Number);
    return { year, month, day, hour, minute };
  });

const units = { h: "hours", d: "days", w: "weeks", mo: "months" } as const;
const turnPattern = /^([1-9]\d{0,2})(h|d|w|mo)$/;
const TurnLength = z
  .string()
  .regex(turnPattern, 'Write how long a turn is: "12h", "1d", "1w" or "1mo"')
  .transform((text) => {
    const [, count = "1", unit = "w"] = turnPattern.exec(text) ?? [];
    return { count: Number(count), unit: units[unit as keyof typeof units] };
  });

const HoursConfig = z
  .object({
    days: z
      .array(z.enum(weekdays))
      .min(1)
      .default([...weekdays])
      .describe("On which days; every day when absent."),
    from: Time.describe("From this time of day on."),
    to: Time.describe("Until this one; at or before `from` it is on the next day."),
  })
  .strict();

const LayerConfig = z
  .object({
    name: z.string().min(1).default("everyone").describe("What the layer is called."),
    members: z
      .array(z.string().min(1))
      .min(1, "Name at least one person")
      .describe("Who takes turns, in this order."),
    start: Start.describe("When the first one's first turn begins, by the clocks of the zone."),
    every: TurnLength.prefault("1w").describe("How long a turn is: 12h, 1d, 1w, 1mo."),
    hours: z.array(HoursConfig).default([]).describe("Only at these hours; always when absent."),
  })
  .strict();

const TeamConfig = z
  .object({
    zone: Zone.default("UTC").describe("Whose clocks count, such as Europe/Paris."),
    layers: z
      .array(LayerConfig)
      .default([])
      .describe("Rotations; the first one that has somebody counts."),
    cover: z
      .array(HoursConfig)
      .optional()
      .describe("Hours that somebody must have; all when absent, none when empty."),
  })
  .strict();

export const Config = z
  .object({
    teams: z
      .record(z.string().regex(/^[a-z0-9-]+$/, "Small letters, digits and dashes"), TeamConfig)
      .default({})
      .describe("Who is on call for what, by team."),
    gapWarning: Duration.prefault("7d").describe(
      "Hours that nobody has are told so long ahead, and are an alert until somebody has them.",
    ),
  })
  .strict();
export type Config = z.infer<typeof Config>;

/** The layers of a team as they are remembered. */
export const layersOf = ({ teams }: Config, team: string): Layer[] => {
  const { zone = "UTC", layers = [] } = teams[team] ?? {};
  return layers.map(({ name, members, start, every, hours }) => ({
    ...{ name, zone, start, members, hours },
    turn: every,
  }));
};

/** A layer of the same name twice is a slip of the pen. */
export function checkTeams(all: Readonly<Record<string, unknown>>): ConfigMistake[] {
  const { teams = {} } = (all["on-call"] ?? {}) as Partial<Config>;
  return Object.entries(teams).flatMap(([team, { layers }]) =>
    layers.flatMap(({ name }, i) =>
      layers.findIndex((each) => each.name === name) === i
        ? []
        : [
            {
              path: ["on-call", "teams", team, "layers", i, "name"],
              what: `there are two layers "${name}"`,
              fix: "Give each layer of a team a name of its own.",
            },
          ],
    ),
  );
}
