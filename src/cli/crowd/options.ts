import * as z from "zod";
import { curveNames } from "./curves.ts";

const seconds = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h)?$/, 'Write a duration such as "500ms", "30s", "5m" or "1h"')
  .transform((text) => {
    const [, count = "0", unit = "s"] = /^([\d.]+)(ms|s|m|h)?$/.exec(text) ?? [];
    return Number(count) * ({ ms: 0.001, s: 1, m: 60, h: 3600 }[unit] ?? 1);
  });
const number = (): z.ZodCoercedNumber => z.coerce.number({ error: "Write a number" });
const share = number().min(0).max(1);

/** What may go wrong before the run has failed: a number of requests, or a share of them. */
const errorLimit = z
  .string()
  .regex(/^\d+(\.\d+)?%?$/, 'Write a number such as "10", or a share such as "1%"')
  .transform((text) =>
    text.endsWith("%") ? { share: Number(text.slice(0, -1)) / 100 } : { count: Number(text) },
  );
export type ErrorLimit = z.output<typeof errorLimit>;

/** The options of `castor crowd`, as typed on the command line. */
export const crowdFlags = z.object({
  rate: number()
    .positive()
    .max(200_000)
    .optional()
    .describe("requests per second, at the top of the curve"),
  people: number()
    .int()
    .positive()
    .max(1_000_000)
    .optional()
    .describe("how many different people; without --rate it sets the rate"),
  for: seconds.prefault("60s").describe("how long visitors come"),
  requests: number().int().positive().optional().describe("stop after so many arrivals"),
  pages: number()
    .int()
    .min(1)
    .max(100)
    .default(1)
    .describe("pages of a visit; further ones follow the links of the site"),
  think: seconds.prefault("1s").describe("mean pause between two pages"),
  path: z
    .string()
    .regex(/^(\/[^,]*)?(,\/[^,]*)*$/, 'Write paths such as "/,/products"')
    .default("")
    .describe("where visits begin, with commas between (default: the path of the address)"),
  window: seconds.prefault("60s").describe("quiz: everyone answers within"),
  every: seconds.prefault("120s").describe("quiz: from question to question"),
  speed: number()
    .positive()
    .optional()
    .describe("replay: times the recorded speed (default: fit into --for)"),
  "all-methods": z.boolean().default(false).describe("replay: also what is not GET or HEAD"),
  "new-connections": share
    .default(0.1)
    .describe("share of people who bring a new connection for every request"),
  timeout: seconds.prefault("10s").describe("of one request, connecting included"),
  "no-cookies": z.boolean().default(false).describe("people forget cookies"),
  "max-errors": errorLimit.prefault("1%").describe("exit code 1 beyond this: failures and 5xx"),
  "in-flight-max": number()
    .int()
    .positive()
    .default(10_000)
    .describe("requests at a time; beyond, an arrival counts as not sent"),
  seed: number().int().default(1).describe("of chance: the same seed, the same crowd"),
  "i-own-this-target": z
    .boolean()
    .default(false)
    .describe("go to a site that is not on this machine"),
});
export type CrowdFlags = z.output<typeof crowdFlags>;

/** What a run needs to know. */
export type CrowdOptions = {
  target: string;
  curve: (typeof curveNames)[number];
  rate?: number;
  people?: number;
  seconds: number;
  requestsMax: number;
  pages: number;
  thinkSeconds: number;
  paths: string[];
  windowSeconds: number;
  everySeconds: number;
  speed?: number;
  logFile: string;
  allMethods: boolean;
  newConnections: number;
  timeoutMs: number;
  cookies: boolean;
  inFlightMax: number;
  seed: number;
  ownedByMe: boolean;
};

/** Options with everything that was not said filled in; for programs that bring a crowd. */
export const crowdOptions = (said: Partial<CrowdOptions> & { target: string }): CrowdOptions => ({
  ...optionsOf(crowdFlags.parse({}), { target: said.target, curve: "steady", logFile: "" }),
  ...said,
});

/** The flags as options of a run. */
export function optionsOf(
  flags: CrowdFlags,
  words: Pick<CrowdOptions, "target" | "curve" | "logFile">,
): CrowdOptions {
  return {
    ...words,
    ...(flags.rate === undefined ? {} : { rate: flags.rate }),
    ...(flags.people === undefined ? {} : { people: flags.people }),
    ...(flags.speed === undefined ? {} : { speed: flags.speed }),
    seconds: flags.for,
    requestsMax: flags.requests ?? Number.POSITIVE_INFINITY,
    pages: flags.pages,
    thinkSeconds: Math.max(0.001, flags.think),
    paths: flags.path.split(",").filter((path) => path !== ""),
    windowSeconds: flags.window,
    everySeconds: flags.every,
    allMethods: flags["all-methods"],
    newConnections: flags["new-connections"],
    timeoutMs: flags.timeout * 1000,
    cookies: !flags["no-cookies"],
    inFlightMax: flags["in-flight-max"],
    seed: flags.seed,
    ownedByMe: flags["i-own-this-target"],
  };
}
