import { Zone } from "#kernel";
import { Duration } from "#kernel/contract";
import * as z from "zod";
import { type Severity, severities } from "../alerts/contract.ts";
import { ChannelTo } from "./adapters/all.ts";
import { farServices } from "./channel/far-services.ts";
import type { Urgency } from "./channel/where.ts";

const Name = z.string().regex(/^[a-z0-9-]{1,60}$/, "Small letters, digits and dashes");
const Time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a time of day such as "08:00"')
  .transform((text) => {
    const [hours = 0, minutes = 0] = text.split(":").map(Number);
    return hours * 60 + minutes;
  });

const Person = z
  .object({
    zone: Zone.default("UTC").describe("Whose clocks their day goes by, such as Europe/Paris."),
    wakes: Time.prefault("08:00").describe("What can wait does not come before this time of day…"),
    sleeps: Time.prefault("22:00").describe("…nor after this one."),
    account: z
      .string()
      .max(200)
      .optional()
      .meta({ secret: true })
      .describe(
        "The e-mail they sign in with, so that the console knows whose settings these are.",
      ),
    channels: z
      .array(ChannelTo)
      .min(1, "Say at least one way to reach them")
      .max(10)
      .describe("How they are reached, the surest first."),
  })
  .strict();
export type PersonConfig = z.infer<typeof Person>;

const Who = z
  .string()
  .regex(
    /^(team:[a-z0-9-]{1,60}|[a-z0-9-]{1,60})$/,
    'Write a person, "team:" and a team, or "everyone"',
  );
const Policy = z
  .object({
    steps: z
      .array(
        z
          .object({
            who: z
              .array(Who)
              .min(1)
              .max(50)
              .describe('People, "team:shop" for who is on call there, "everyone".'),
            after: Duration.prefault("5m").describe("Nobody acknowledged for so long: the next."),
          })
          .strict(),
      )
      .min(1)
      .max(20)
      .describe("Who is called, one step after the other; after the last it begins again."),
    acknowledgedFor: Duration.prefault("1h").describe(
      "Who acknowledged and is not done after so long is called again.",
    ),
    highFrom: z
      .enum(severities)
      .default("error")
      .describe("From this severity on it may wake people; what is milder waits for the morning."),
    callsFrom: z
      .enum(severities)
      .default("warning")
      .describe(
        "What is milder than this calls nobody: it is in the console, for when somebody looks.",
      ),
  })
  .strict();
export type PolicyConfig = z.infer<typeof Policy>;

export const Config = z
  .object({
    address: z
      .url({ protocol: /^https?$/ })
      .max(300)
      .optional()
      .describe("Where phones reach Castor's console, for the links in pages."),
    people: z
      .record(Name, Person)
      .default({})
      .describe(
        "Who can be paged, by the names that on-call uses. Without anybody, nothing pages.",
      ),
    policies: z
      .record(Name, Policy)
      .default({})
      .describe("Who is called in which order, by the receiver that alerts are routed to."),
    ...farServices,
    fuse: z
      .object({
        calls: z.number().int().min(1).max(1_000).default(5).describe("So many calls…"),
        within: Duration.prefault("10m").describe("…within so long; the rest is one digest."),
      })
      .strict()
      .prefault({})
      .describe("How much one person is disturbed. Critical ones pass until three times as many."),
    canaryBefore: Duration.prefault("2h").describe(
      "So long before a shift each channel of whoever is next is tried, silently; 0s for never.",
    ),
    fallback: Name.optional().describe(
      "Who is told when a page did not go as it should: a person with other channels than the rest.",
    ),
    watchdogs: z
      .array(
        z
          .object({
            url: z
              .url({ protocol: /^https?$/ })
              .max(1_000)
              .meta({ secret: true })
              .describe("A dead man's switch elsewhere, such as another Castor's heartbeat."),
            every: Duration.prefault("1m").describe("How often it hears that all is well here."),
          })
          .strict(),
      )
      .max(10)
      .default([])
      .describe("Who raises the alarm when Castor itself falls silent."),
  })
  .strict();
export type Config = z.infer<typeof Config>;

/** Where no policy is written: who is on call anywhere, then everybody. */
export const otherwisePolicy = Policy.parse({
  steps: [{ who: ["on-call"] }, { who: ["everyone"] }],
});

/** How loud something of a severity is: it wakes people, waits for their morning, or calls nobody. */
export function urgencyOf(
  { highFrom, callsFrom }: PolicyConfig,
  severity: Severity,
): Urgency | "none" {
  const rank = severities.indexOf(severity);
  if (rank < severities.indexOf(callsFrom)) return "none";
  return rank >= severities.indexOf(highFrom) ? "high" : "low";
}

/** The policy of a receiver. */
export const policyOf = ({ policies }: Config, receiver: string): PolicyConfig =>
  policies[receiver] ?? policies["default"] ?? otherwisePolicy;

export const channelName = ({ name, kind }: PersonConfig["channels"][number]): string =>
  name ?? kind;
