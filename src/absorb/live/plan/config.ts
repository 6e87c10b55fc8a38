import { Duration, Zone } from "#kernel";
import * as z from "zod";
import { PlanCosts } from "../contract/costs.ts";

const guess = (value: z.ZodNumber, of: Record<"low" | "mid" | "high", number>, about: string) =>
  z
    .object({
      low: value.default(of.low),
      mid: value.default(of.mid),
      high: value.default(of.high),
    })
    .strict()
    .prefault({})
    .describe(about);

/** Everybody alive, and some more. */
const peopleMax = 1e10;
const people = z.number().min(0).max(peopleMax, "That is more than everybody alive");
const share = z.number().min(0, "A share goes from 0 to 1").max(1, "A share goes from 0 to 1");
const span = (byDefault: string, min: string, max: string) => {
  const [minMs, maxMs] = [Duration.parse(min), Duration.parse(max)];
  return Duration.refine((ms) => ms >= minMs && ms <= maxMs, `From ${min} to ${max}`).prefault(
    byDefault,
  );
};

const Machine = z
  .object({
    cores: z.number().int().min(1).default(8),
    memoryGb: z.number().min(0.5).default(32),
    networkGbit: z.number().min(0.01).default(10),
    pricePerHour: z.number().min(0).default(0.4).describe("In whatever money you count."),
    boot: span("4m", "0s", "1d").describe("From asking for one until it serves."),
    billedAtLeast: span("1m", "0s", "31d").describe("What one costs at least once it has started."),
  })
  .strict()
  .prefault({})
  .describe("What you can rent more of.");

/** What `castor live plan` reckons with; every figure is a guess until a rehearsal has shown it. */
export const PlanConfig = z
  .object({
    startsAt: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('When the show begins, such as "2026-12-31T20:00:00+01:00".'),
    zone: Zone.default("UTC").describe("The time zone of the schedules, for example Europe/Paris."),
    length: span("7h", "1m", "31d").describe("From the first question to the end."),
    questionEvery: span("10m", "1s", "31d").describe("From one reveal to the next."),
    registered: guess(
      people,
      { low: 100_000, mid: 200_000, high: 500_000 },
      "How many people could come.",
    ),
    online: guess(
      share,
      { low: 0.25, mid: 0.35, high: 0.5 },
      "The share of them who are connected at the same time.",
    ),
    answering: guess(
      share,
      { low: 0.7, mid: 0.85, high: 1 },
      "The share of those who answer a question.",
    ),
    arrivalShape: guess(
      z.number().min(1).max(100),
      { low: 3, mid: 2.5, high: 2 },
      "How answers come in: the shape of a gamma distribution.",
    ),
    arrivalScaleS: guess(
      z.number().min(0.1).max(86_400),
      { low: 6, mid: 5, high: 4 },
      "Its scale in seconds; most come at (shape - 1) × scale.",
    ),
    connectOver: span("10m", "1s", "1d").describe(
      "How long people take to come in before the start.",
    ),
    reconnectOver: span("60s", "1s", "1d").describe(
      "How fast everybody must be able to come back after a machine or a network was lost.",
    ),
    tls: z.boolean().default(true).describe("Connections are encrypted by these machines."),
    costs: PlanCosts.prefault({}).describe(
      "What was measured on the machines of the show; what is absent is measured by nodes, or assumed.",
    ),
    utilisationMax: z.number().min(0.1).max(0.95).default(0.6).describe("How full a core may be."),
    fanOutMax: span("3s", "10ms", "1h").describe("A question reaches all clients within so long."),
    machine: Machine,
  })
  .strict()
  .prefault({});
export type PlanConfig = z.infer<typeof PlanConfig>;

export const scenarios = ["low", "mid", "high"] as const;
export type Scenario = (typeof scenarios)[number];
