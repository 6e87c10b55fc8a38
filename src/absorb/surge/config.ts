import { type ConfigMistake, Duration } from "#kernel";
import * as z from "zod";
import type { Rung } from "./contract.ts";
import type { Pace } from "./control.ts";
import type { Thresholds } from "./pressure.ts";

const minute = 60_000;
const Use = z
  .enum(["automatic", "by-hand", "off"])
  .default("automatic")
  .describe("`by-hand`: only by `castor surge force`; `off`: never.");
const after = (byDefault: string) =>
  Duration.prefault(byDefault).describe("How long there must be pressure before this step.");

const range = (of: { up: number; down: number }, about: string) =>
  z
    .object({
      up: z.number().min(0).default(of.up).describe("From here on it speaks for climbing."),
      down: z.number().min(0).default(of.down).describe("Up to here it speaks for descending."),
    })
    .strict()
    .refine(({ up, down }) => down < up, "`down` must be less than `up`")
    .prefault({})
    .describe(about);

/** As the file says it: durations with units, names of steps as everywhere. */
export const Config = z
  .object({
    mode: z
      .enum(["on", "dry-run", "off"])
      .default("on")
      .describe("`dry-run` says what the ladder would do, and does nothing."),
    except: z
      .array(z.string())
      .default([])
      .describe("Services whose ladder stays where it is unless somebody forces it."),
    window: Duration.prefault("10s").describe("Over how long the evidence is measured."),
    stay: Duration.prefault("15s").describe("How long a step lasts at least."),
    calm: Duration.prefault("60s").describe(
      "How long everything must be calm before a step down; doubled after each relapse.",
    ),
    hold: Duration.prefault("1h").describe(
      "Each step ends by itself after so long unless control says again that it is needed.",
    ),
    requestsMin: z
      .number()
      .int()
      .min(1)
      .default(20)
      .describe("Fewer requests than this in the window say nothing."),
    pressure: z
      .object({
        errors: range({ up: 0.05, down: 0.01 }, "Server errors as a share of the requests."),
        latency: range(
          { up: 3, down: 1.5 },
          "Time at the service, as a multiple of its own usual time.",
        ),
        queue: range(
          { up: 250, down: 50 },
          "Wait for a place at an instance, 95th percentile, ms.",
        ),
        inFlight: range({ up: 1, down: 0.85 }, "Requests in flight as a share of the limit."),
        load: range(
          { up: 1.3, down: 1.05 },
          "What is asked of the service, as a multiple of the most it was seen to answer.",
        ),
      })
      .strict()
      .prefault({}),
    steps: z
      .object({
        "cache-harder": z
          .object({
            use: Use,
            after: after("10s"),
            fresh: Duration.prefault("60s").describe("How long shared pages are kept at least."),
          })
          .strict()
          .prefault({}),
        "serve-stale": z
          .object({ use: Use, after: after("10s") })
          .strict()
          .prefault({}),
        freeze: z
          .object({ use: Use, after: after("15s") })
          .strict()
          .prefault({}),
        "waiting-room": z
          .object({ use: Use, after: after("15s") })
          .strict()
          .prefault({}),
        shed: z
          .object({
            use: Use,
            after: after("15s"),
            below: z
              .enum(["critical", "normal", "sheddable"])
              .default("normal")
              .describe("Requests of lower criticality than this are refused."),
          })
          .strict()
          .prefault({}),
      })
      .strict()
      .prefault({}),
  })
  .strict();
export type Config = z.infer<typeof Config>;

/** The configuration as the ladder's rules. */
export const paceOf = ({ stay, calm, steps }: Config): Pace => ({
  stayMs: stay,
  calmMs: calm,
  afterMs: {
    "cache-harder": steps["cache-harder"].after,
    "serve-stale": steps["serve-stale"].after,
    freeze: steps.freeze.after,
    "waiting-room": steps["waiting-room"].after,
    shed: steps.shed.after,
  },
  relapseMs: Math.max(5 * minute, calm),
  relapsesMax: 4,
  fallenShare: 0.7,
  failedMs: 5 * minute,
});

const latencyFloorMs = 50;
export const thresholdsOf = ({ pressure, requestsMin }: Config): Thresholds => ({
  ...pressure,
  requestsMin,
  latencyFloorMs,
});

/** Why a rung that the file switches off is not taken, not even by force. */
export const switchedOff = "off";
/** Why a rung is not for the ladder itself; undefined where it is. */
export function useBar({ steps }: Config, rung: Rung): string | undefined {
  const { use } = steps[rung];
  return use === "automatic" ? undefined : use === "off" ? switchedOff : "by hand only";
}

/** Evidence must be of the step that it is held against, and names must be those of services. */
export function checkSurge(all: Readonly<Record<string, unknown>>): ConfigMistake[] {
  const { surge, catalog } = all as {
    surge?: Config;
    catalog?: { services?: Record<string, unknown> };
  };
  if (surge === undefined) return [];
  const services = Object.keys(catalog?.services ?? {});
  return [
    ...(surge.stay < surge.window
      ? [
          {
            path: ["surge", "stay"],
            what: "a step would be judged by what was before it",
            fix: "Let `stay` be at least as long as `window`.",
          },
        ]
      : []),
    ...surge.except.flatMap((service, i) =>
      services.includes(service)
        ? []
        : [
            {
              path: ["surge", "except", i],
              what: `there is no service "${service}"`,
              fix: `Use one of: ${services.join(", ") || "none is declared"}.`,
            },
          ],
    ),
  ];
}
