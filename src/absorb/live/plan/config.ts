import { Duration } from "#kernel";
import * as z from "zod";
import { PlanCosts } from "../contract/costs.ts";

const guess = (low: number, mid: number, high: number, about: string) =>
  z
    .object({
      low: z.number().min(0).default(low),
      mid: z.number().min(0).default(mid),
      high: z.number().min(0).default(high),
    })
    .strict()
    .prefault({})
    .describe(about);

const share = (low: number, mid: number, high: number, about: string) =>
  guess(low, mid, high, about).refine(
    (of) => of.low <= 1 && of.mid <= 1 && of.high <= 1,
    "A share goes from 0 to 1",
  );

const Machine = z
  .object({
    cores: z.number().int().min(1).default(8),
    memoryGb: z.number().min(0.5).default(32),
    networkGbit: z.number().min(0.01).default(10),
    pricePerHour: z.number().min(0).default(0.4).describe("In whatever money you count."),
    boot: Duration.prefault("4m").describe("From asking for one until it serves."),
    billedAtLeast: Duration.prefault("1m").describe("What one costs at least once it has started."),
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
    zone: z
      .string()
      .default("UTC")
      .describe("The time zone of the schedules, for example Europe/Paris."),
    length: Duration.prefault("7h").describe("From the first question to the end."),
    questionEvery: Duration.prefault("10m").describe("From one reveal to the next."),
    registered: guess(100_000, 200_000, 500_000, "How many people could come."),
    online: share(0.25, 0.35, 0.5, "The share of them who are connected at the same time."),
    answering: share(0.7, 0.85, 1, "The share of those who answer a question."),
    arrivalShape: guess(3, 2.5, 2, "How answers come in: the shape of a gamma distribution."),
    arrivalScaleS: guess(6, 5, 4, "Its scale in seconds; most come at (shape - 1) × scale."),
    connectOver: Duration.prefault("10m").describe(
      "How long people take to come in before the start.",
    ),
    reconnectOver: Duration.prefault("60s").describe(
      "How fast everybody must be able to come back after a machine or a network was lost.",
    ),
    tls: z.boolean().default(true).describe("Connections are encrypted by these machines."),
    costs: PlanCosts.prefault({}).describe(
      "What was measured on the machines of the show; what is absent is measured by nodes, or assumed.",
    ),
    utilisationMax: z.number().min(0.1).max(0.95).default(0.6).describe("How full a core may be."),
    fanOutMax: Duration.prefault("3s").describe("A question reaches all clients within so long."),
    machine: Machine,
  })
  .strict()
  .prefault({});
export type PlanConfig = z.infer<typeof PlanConfig>;

export const scenarios = ["low", "mid", "high"] as const;
export type Scenario = (typeof scenarios)[number];
