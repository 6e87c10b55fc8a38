import { type ConfigMistake, Duration } from "#kernel";
import * as z from "zod";
import {
  type ConcurrencyTarget,
  type HedgeTarget,
  placesLimit,
  type QueueTarget,
} from "./data-plane/origin/settings.ts";

const places = z.number().int().min(1).max(placesLimit);

/** What operators write: a word, a number, or the bounds within which the level is found. */
const Concurrency = z
  .union([
    z.enum(["auto", "off"]),
    places,
    z
      .object({
        min: places.default(1).describe("Never fewer at once than this, per worker."),
        initial: places.default(20).describe("To begin with, per worker."),
        max: places.default(200).describe("Never more at once than this, per worker."),
      })
      .strict()
      .refine(
        ({ min, initial, max }) => min <= initial && initial <= max,
        "Write min ≤ initial ≤ max",
      ),
  ])
  .describe(
    "How many requests an instance gets at once: `auto` finds out how many it does best with, a number is fixed and shared by the workers, `off` sets no limit.",
  );

const queueShape = {
  max: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .describe("So many requests of a service wait for a place at once, per worker."),
  wait: Duration.refine((ms) => ms >= 1 && ms <= 60_000, "Write 1ms to 60s").describe(
    "The longest a request waits for a place.",
  ),
};
const Queue = z
  .object({ max: queueShape.max.default(100), wait: queueShape.wait.prefault("1s") })
  .strict();

/** A second request to another instance, for idempotent requests without a body. */
export const Hedging = z
  .object({
    after: z
      .union([z.literal("p95"), Duration])
      .default("p95")
      .describe("When: after so long, or at the 95th percentile of the route's own answers."),
    share: z
      .number()
      .min(0.001)
      .max(0.2)
      .default(0.05)
      .describe("Second requests are this share of all at most; they also need the retry budget."),
  })
  .strict();
export const hedgeTarget = ({ after, share }: z.infer<typeof Hedging>): HedgeTarget => ({
  ...(after === "p95" ? {} : { afterMs: after }),
  shareMax: share,
});

/** How the gateway goes about with services: for all of them, and for single ones. */
export const originShape = {
  concurrency: Concurrency.default("auto"),
  queue: Queue.prefault({}).describe("Who waits when all places are taken."),
  services: z
    .record(
      z.string(),
      z
        .object({
          concurrency: Concurrency.optional(),
          queue: z.object(queueShape).partial().strict().optional(),
        })
        .strict(),
    )
    .default({})
    .describe("What is different for single services of `catalog.services`."),
};

type Origin = z.infer<z.ZodObject<typeof originShape>>;

/** The same in the words of the data plane. A fixed number is shared evenly; every worker has one place at least. */
export function originTarget(
  config: Origin,
  service: string,
  workers: number,
): { concurrency?: ConcurrencyTarget; queue: QueueTarget } {
  const own = config.services[service];
  const waitingMax = own?.queue?.max ?? config.queue.max;
  const waitMsMax = own?.queue?.wait ?? config.queue.wait;
  const concurrency = concurrencyTarget(own?.concurrency ?? config.concurrency, workers);
  return { queue: { waitingMax, waitMsMax }, ...(concurrency ? { concurrency } : {}) };
}

function concurrencyTarget(
  said: z.infer<typeof Concurrency>,
  workers: number,
): ConcurrencyTarget | undefined {
  if (said === "off") return undefined;
  if (said === "auto") return { min: 1, initial: 20, max: 200 };
  if (typeof said !== "number") return said;
  const share = Math.max(1, Math.floor(said / workers));
  return { min: share, initial: share, max: share };
}

/** What is set for a service must be for one that is there. */
export const checkOrigins = ({ services }: Origin, known: readonly string[]): ConfigMistake[] =>
  Object.keys(services)
    .filter((service) => !known.includes(service))
    .map((service) => ({
      path: ["gateway", "services", service],
      what: `there is no service "${service}"`,
      fix: `Use one of: ${known.join(", ") || "none yet"}; or declare it under catalog.services.`,
    }));
