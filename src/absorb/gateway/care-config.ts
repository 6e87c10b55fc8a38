import { Duration } from "#kernel";
import * as z from "zod";
import type { GatewaySnapshotInput } from "./data-plane/snapshot.ts";

type ServiceInput = NonNullable<GatewaySnapshotInput["services"]>[number];

const off = z.literal("off");
const Ejection = z
  .object({
    consecutiveErrors: z
      .number()
      .int()
      .min(1)
      .default(5)
      .describe("So many bad answers in a row take an instance out of rotation."),
    base: Duration.prefault("30s").describe(
      "For how long the first time; times the number of times since.",
    ),
    max: Duration.prefault("5m").describe("The longest time out."),
  })
  .strict();

const Retry = z
  .object({
    share: z
      .number()
      .min(0)
      .max(1)
      .default(0.2)
      .describe("Retries may add this share to the requests of the last ten seconds."),
    min: z.number().int().min(0).default(3).describe("So many retries are always allowed."),
    on: z
      .array(z.number().int().min(500).max(599))
      .default([500, 502, 503])
      .describe("An idempotent request with such an answer goes to another instance."),
    late: z
      .union([
        off,
        z
          .object({
            min: Duration.prefault("1s").describe("Nothing is late before."),
            factor: z
              .number()
              .min(1)
              .default(3)
              .describe("Late is so many times what 99 % of the service's answers need."),
          })
          .strict(),
      ])
      .prefault({})
      .describe("An idempotent request whose answer is late goes to another instance."),
  })
  .strict();

const Breaker = z
  .object({
    errors: z
      .number()
      .min(0.01)
      .max(1)
      .default(0.5)
      .describe("This share of a service's answers has to fail."),
    requests: z.number().int().min(1).default(20).describe("Of at least so many requests."),
    window: Duration.prefault("10s").describe("Within this time."),
    open: Duration.prefault("10s").describe("Then it is left alone for so long."),
    recover: Duration.prefault("10s").describe(
      "Then its share of the requests grows to all within so long.",
    ),
  })
  .strict();

const Saint = z
  .object({
    for: Duration.prefault("20s").describe(
      "For so long an instance is not asked for a path that it failed to answer.",
    ),
    paths: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(10)
      .describe("With so many such paths it rests altogether."),
  })
  .strict();

/** What `gateway` says about the care for services and their instances. */
export const careShape = {
  ejection: Ejection.prefault({}),
  retry: Retry.prefault({}),
  breaker: z
    .union([off, Breaker])
    .prefault({})
    .describe("A service whose answers are errors is left alone for a while; or `off`."),
  saint: z
    .union([off, Saint])
    .prefault({})
    .describe("What an instance fails to answer goes to others for a while; or `off`."),
  slowStart: Duration.prefault("30s").describe(
    "A new instance's share grows from a tenth to all of it within so long; 0s gives it at once.",
  ),
};

const Care = z.object(careShape);

/** The same for the workers. */
export const careTarget = ({
  ejection,
  retry,
  breaker,
  saint,
  slowStart,
}: z.infer<typeof Care>): Pick<ServiceInput, "ejection" | "retry" | "care"> => ({
  ejection: {
    consecutiveErrors: ejection.consecutiveErrors,
    baseMs: ejection.base,
    maxMs: ejection.max,
  },
  retry: { share: retry.share, min: retry.min },
  care: {
    slowStartMs: slowStart,
    retryStatuses: retry.on,
    ...(retry.late === "off"
      ? {}
      : { patience: { minMs: retry.late.min, factor: retry.late.factor } }),
    ...(breaker === "off"
      ? {}
      : {
          breaker: {
            errorShare: breaker.errors,
            requestsMin: breaker.requests,
            windowMs: breaker.window,
            openMs: breaker.open,
            recoverMs: breaker.recover,
          },
        }),
    ...(saint === "off" ? {} : { saint: { forMs: saint.for, marksMax: saint.paths } }),
  },
});
