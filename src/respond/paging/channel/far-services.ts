import * as z from "zod";

const Url = z.url({ protocol: /^https?$/ }).max(1_000);
const Secret = z.string().min(8).max(500).meta({ secret: true });

/** What a service needs to know once, however many people are reached over it. */
export const farServices = {
  slack: z
    .object({
      api: Url.default("https://slack.com/api").describe("Where Slack's Web API is."),
      token: Secret.optional().describe("A bot's token (xoxb-…), to write to people and channels."),
      signingSecret: Secret.optional().describe(
        "Lets buttons act in Slack itself; its interactivity goes to /in/slack.",
      ),
    })
    .strict()
    .prefault({})
    .describe("For people with channels of kind slack."),
  discord: z
    .object({
      api: Url.default("https://discord.com/api/v10").describe("Where Discord's API is."),
      token: Secret.optional().describe("A bot's token."),
      publicKey: z
        .string()
        .regex(/^[0-9a-f]{64}$/i, "64 hexadecimal digits, as the developer portal shows them")
        .optional()
        .describe("Lets buttons act in Discord itself; its interactions go to /in/discord."),
    })
    .strict()
    .prefault({})
    .describe("For people with channels of kind discord."),
  telegram: z
    .object({
      api: Url.default("https://api.telegram.org").describe("Where Telegram's Bot API is."),
      token: Secret.optional().describe("The bot's token."),
      secret: z
        .string()
        .regex(/^[\w-]{16,256}$/, "16 to 256 letters, digits, dashes or underscores")
        .optional()
        .meta({ secret: true })
        .describe("The secret_token of its webhook, which goes to /in/telegram."),
    })
    .strict()
    .prefault({})
    .describe("For people with channels of kind telegram."),
  providers: z
    .record(
      z.string().regex(/^[a-z0-9-]{1,40}$/, "Small letters, digits and dashes"),
      z
        .object({
          url: Url.meta({ secret: true }).describe("What is asked for each message."),
          headers: z
            .record(z.string(), z.string().max(2_000).meta({ secret: true }))
            .default({})
            .describe("Such as authorization."),
          body: z
            .string()
            .min(1)
            .max(5_000)
            .describe("{{to}}, {{text}} and {{id}} stand for the number, the words and a key."),
          contentType: z
            .enum(["application/json", "application/x-www-form-urlencoded"])
            .default("application/json")
            .describe("How the body is written; what is put in is escaped for it."),
          textCharsMax: z.number().int().min(70).max(2_000).default(300).describe("Longer is cut."),
        })
        .strict(),
    )
    .default({})
    .describe("Services that send text messages or call, for channels of kind sms."),
};
