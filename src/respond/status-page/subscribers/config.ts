import * as z from "zod";

export const subscriberKinds = ["email", "webhook", "slack", "push"] as const;
const HttpUrl = z.url({ protocol: /^https?$/ }).max(1_000);

/** Who may be told of news besides reading the page. */
export const Subscribe = z
  .object({
    address: HttpUrl.optional().describe(
      "Where readers reach `/status` of this Castor, such as https://castor.shop.example/status: forms post there, and links in letters lead there. Without it nobody can subscribe.",
    ),
    kinds: z
      .array(z.enum(subscriberKinds))
      .default(["email"])
      .describe("How people may be told. E-mail needs `mail`."),
    allowPrivate: z
      .boolean()
      .default(false)
      .describe("Webhooks may lead to addresses of your own network. Anybody may name one."),
    max: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .default(50_000)
      .describe("So many subscribers at most."),
    massAbove: z
      .number()
      .int()
      .min(0)
      .default(100)
      .describe("Telling more than so many is mass mail, which needs a second person."),
  })
  .strict();
export type Subscribe = z.infer<typeof Subscribe>;

const testersMax = 20;
/** The list of the `test` audience: it stands here, and nobody can subscribe to it. */
export const Testers = z
  .object({
    emails: z
      .array(z.email().max(254).meta({ secret: true }))
      .max(testersMax)
      .default([]),
    webhooks: z
      .array(
        z.object({
          // Whoever knows it may write there: chats' hooks carry their key in the path.
          url: HttpUrl.meta({ secret: true }),
          secret: z.string().min(16).max(200).meta({ secret: true }),
        }),
      )
      .max(testersMax)
      .default([]),
  })
  .strict();
export type Testers = z.infer<typeof Testers>;
