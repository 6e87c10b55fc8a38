import * as z from "zod";
import { severities as alertSeverities } from "../alerts/contract.ts";
import { Severity } from "./contract.ts";

const token = z.string().min(1).max(500).meta({ secret: true });
const serverOf = (otherwise: string) =>
  z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ""))
    .default(otherwise);
const Name = z.string().regex(/^[\w-]{1,64}$/, "Letters, digits, - and _");
/** Where a channel is made for an incident, and as whom. */
const Chat = z.discriminatedUnion("kind", [
  z
    .object({
      kind: z.literal("slack"),
      token: token.describe("Of a bot with the scope channels:manage."),
      server: serverOf("https://slack.com"),
    })
    .strict(),
  z
    .object({
      kind: z.literal("discord"),
      token: token.describe("Of a bot that may manage channels."),
      guild: Name.describe("The server's number."),
      server: serverOf("https://discord.com"),
    })
    .strict(),
  z
    .object({
      kind: z.literal("mattermost"),
      token: token.describe("Of a bot or a person who may create channels."),
      team: Name.describe("The team's name in addresses."),
      server: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, "")),
    })
    .strict(),
]);
export type Chat = z.infer<typeof Chat>;

export const Config = z
  .object({
    declareOn: z
      .partialRecord(z.enum(alertSeverities), Severity)
      .default({})
      .describe(
        "Which groups of alerts become incidents by themselves, and how grave: `{ critical: sev2 }`. Otherwise people declare.",
      ),
    declareOnSpike: Severity.optional().describe(
      "An error that spikes becomes an incident by itself, so grave. Say it here or in `declareOn`, not both: its alert is one too.",
    ),
    declareOnFailedDeploy: Severity.optional().describe(
      "A deploy that a tool reports as failed becomes an incident by itself, so grave.",
    ),
    chat: Chat.optional().describe(
      "Where one button makes a channel for an incident: Slack, Discord or Mattermost.",
    ),
    callLink: z
      .url({ protocol: /^https$/ })
      .max(500)
      .optional()
      .describe("Where people talk while something goes wrong; `{incident}` stands for its name."),
  })
  .strict();
export type Config = z.infer<typeof Config>;
