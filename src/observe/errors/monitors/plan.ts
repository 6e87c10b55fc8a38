import { instantOf, monthsLater, wallOf, Zone } from "#kernel";
import { type Json, numberOf, recordOf, wordOf } from "../event/json.ts";
import { nextTime, readCrontab } from "./crontab.ts";

/** What a job promises, as its SDK tells it (`monitor_config`); times in milliseconds. */
export type Plan = {
  schedule?: { kind: "crontab"; line: string; zone: string } | Interval;
  /** So much later than planned is not late. */
  marginMs: number;
  /** A run that takes longer has failed. */
  runtimeMsMax: number;
  /** So many failures in a row are told. */
  failuresMin: number;
  /** So many good runs in a row end it. */
  recoveriesMin: number;
};
type Interval = { kind: "interval"; value: number; unit: Unit };
type Unit = (typeof units)[number];
const units = ["minute", "hour", "day", "week", "month", "year"] as const;

const minuteMs = 60_000;
const unitMs = {
  minute: minuteMs,
  hour: 60 * minuteMs,
  day: 1_440 * minuteMs,
  week: 10_080 * minuteMs,
};
const intervalMax = 10_000;
const minutesMax = 40_320;
const thresholdMax = 720;

/** Without a schedule a job is only heard: it can fail, and never be missed. */
export const unplanned: Plan = {
  ...{ marginMs: minuteMs, runtimeMsMax: 30 * minuteMs, failuresMin: 1, recoveriesMin: 1 },
};

const within = (value: unknown, max: number, otherwise: number): number => {
  const number = numberOf(value);
  return number === undefined ? otherwise : Math.min(max, Math.max(1, Math.round(number)));
};

/** Nothing where none was sent: what was sent before holds. */
export function readPlan(sent: unknown): Plan | undefined {
  const config = recordOf(sent);
  if (!config) return undefined;
  const schedule = readSchedule(recordOf(config["schedule"]) ?? {}, config);
  return {
    ...(schedule ? { schedule } : {}),
    marginMs: within(config["checkin_margin"], minutesMax, 1) * minuteMs,
    runtimeMsMax: within(config["max_runtime"], minutesMax, 30) * minuteMs,
    failuresMin: within(config["failure_issue_threshold"], thresholdMax, 1),
    recoveriesMin: within(config["recovery_threshold"], thresholdMax, 1),
  };
}

function readSchedule(schedule: Json, config: Json): Plan["schedule"] | undefined {
  if (schedule["type"] === "interval") {
    const value = numberOf(schedule["value"]);
    const unit = units.find((each) => each === schedule["unit"]);
    return value !== undefined && value >= 1 && value <= intervalMax && unit
      ? { kind: "interval", value: Math.round(value), unit }
      : undefined;
  }
  const line = wordOf(schedule["value"], 200);
  const zone = Zone.safeParse(config["timezone"] ?? "UTC");
  return line !== undefined && zone.success && readCrontab(line)
    ? { kind: "crontab", line, zone: zone.data }
    : undefined;
}

/** When it is to begin after this; nothing where nobody said. */
export function nextRun({ schedule }: Plan, after: number): number | undefined {
  if (!schedule) return undefined;
  if (schedule.kind === "crontab") {
    const crontab = readCrontab(schedule.line);
    return crontab && nextTime(crontab, after, schedule.zone);
  }
  const { value, unit } = schedule;
  if (unit !== "month" && unit !== "year") return after + value * unitMs[unit];
  const wall = wallOf(after, "UTC");
  return instantOf(monthsLater(wall, unit === "month" ? value : 12 * value), "UTC");
}

/** For people: `0 3 * * * (Europe/Paris)`, `every 2 hours`. */
export function planInWords({ schedule }: Plan): string | undefined {
  if (!schedule) return undefined;
  if (schedule.kind === "interval")
    return schedule.value === 1
      ? `every ${schedule.unit}`
      : `every ${schedule.value} ${schedule.unit}s`;
  return schedule.zone === "UTC" ? schedule.line : `${schedule.line} (${schedule.zone})`;
}
