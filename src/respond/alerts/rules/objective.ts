import { Duration } from "#kernel/contract";
import * as z from "zod";
import { RuleTest } from "./test-case.ts";
import { testsMax } from "./rule.ts";

const dayMs = 86_400_000;

/** How good a service is to be for those who use it, from what the gateway carried. */
export const Objective = z
  .object({
    service: z.string().min(1).max(100).optional().describe("Whose requests count."),
    route: z.string().min(1).max(100).optional().describe("Or those of one route."),
    target: z
      .string()
      .regex(/^\d{1,2}(\.\d{1,4})?%$/, 'Write a share such as "99.9%"')
      .transform((text) => Number((Number(text.slice(0, -1)) / 100).toFixed(6)))
      .pipe(z.number().min(0.5).max(0.999_999))
      .describe("The share of requests that must be good."),
    period: Duration.pipe(
      z
        .number()
        .min(7 * dayMs)
        .max(90 * dayMs),
    )
      .prefault("30d")
      .describe("The budget is for so long."),
    slowerThan: Duration.optional().describe(
      "Then a request is bad when it took longer; without it, when it was answered with 5xx. For services.",
    ),
    atLeast: z
      .number()
      .int()
      .min(1)
      .default(100)
      .describe("Of fewer requests in the longer window nothing is said."),
    failuresAtLeast: z
      .number()
      .int()
      .min(1)
      .default(10)
      .describe("Fewer bad requests in the longer window wake nobody."),
    runbook: z.string().max(1_000).optional().describe("Where it says what to do."),
    tests: z.array(RuleTest).max(testsMax).default([]).describe("What `castor alerts test` tries."),
  })
  .strict()
  .refine(({ service, route }) => (service === undefined) !== (route === undefined), {
    error: "Say either service or route",
  })
  .refine(({ slowerThan, route }) => slowerThan === undefined || route === undefined, {
    error: "How long requests take is measured by service, not by route",
    path: ["slowerThan"],
  });
export type Objective = z.infer<typeof Objective>;
