import * as z from "zod";

export const Config = z
  .object({
    listen: z
      .string()
      .regex(/^(\[[0-9a-f:]+\]|[^:\s]*):\d{1,5}$/i, 'Write an address such as "127.0.0.1:4600"')
      .default("127.0.0.1:4600")
      .describe(
        "Where the console and the API are. Keep it on loopback, or put TLS in front of it.",
      ),
    hosts: z
      .array(z.string())
      .default([])
      .describe("Names by which browsers reach the console; passkeys are bound to them."),
    trustedProxies: z
      .array(z.string())
      .default([])
      .describe("Addresses of proxies in front of the console whose X-Forwarded-* are believed."),
  })
  .strict();
export type Config = z.infer<typeof Config>;
