import * as z from "zod";

/** The push services of the browsers that people use: Chrome and its kin, Firefox, Safari, Edge. */
const browsers = [
  "https://fcm.googleapis.com",
  "https://updates.push.services.mozilla.com",
  "https://*.push.services.mozilla.com",
  "https://web.push.apple.com",
  "https://*.push.apple.com",
  "https://*.notify.windows.com",
];

export const Config = z
  .object({
    contact: z
      .string()
      .regex(/^(mailto:[^@\s]+@[^@\s]+|https:\/\/\S+)$/, 'Write "mailto:you@example.org" or a page')
      .max(200)
      .default("mailto:operator@example.org")
      .describe("Where a push service may ask about what it is sent; yours, not your visitors'."),
    services: z
      .array(z.string().regex(/^https?:\/\/(\*\.)?[^/*\s]+$/, 'Write "https://push.example.org"'))
      .default(browsers)
      .describe("Push services that are asked; Castor sends to no other address."),
  })
  .strict();
export type Config = z.infer<typeof Config>;
