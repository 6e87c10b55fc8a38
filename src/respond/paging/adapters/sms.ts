import * as z from "zod";
import { ask, isFailure, never } from "../channel/ask.ts";
import type { Channel } from "../channel/channel.ts";
import { cut, headlineOf, plain } from "../channel/message.ts";
import { where } from "../channel/where.ts";

const To = where("sms", {
  provider: z.string().min(1).max(40).describe("One of `paging.providers`."),
  to: z
    .string()
    .regex(/^\+?[\d ]{4,20}$/, "A telephone number, such as +33 6 12 34 56 78")
    .meta({ secret: true })
    .describe("Their number."),
});

/** What is put into a body may not end what is written around it. */
const escapes = {
  "application/json": (text: string): string => JSON.stringify(text).slice(1, -1),
  "application/x-www-form-urlencoded": encodeURIComponent,
} as const;

/** A text message or a call, through whatever service `paging.providers` describes. */
export const sms: Channel<z.infer<typeof To>> = {
  kind: "sms",
  config: To,
  updates: "none",
  async send(message, { provider, to }, reach) {
    const far = reach.config.providers[provider];
    if (!far) return never(`there is no provider ${provider}`);
    const link = message.buttons[0]?.url ?? message.url ?? "";
    const words = plain(headlineOf(message)).replaceAll("\n", " ");
    // The link is what they act by, so it is the words that are cut.
    const text = `${cut(words, Math.max(20, far.textCharsMax - link.length - 1))} ${link}`.trim();
    const values: Record<string, string> = { to: to.replaceAll(" ", ""), text, id: message.id };
    const escape = escapes[far.contentType];
    const asked = await ask(reach, far.url, {
      body: far.body.replaceAll(/\{\{(to|text|id)\}\}/g, (_, name: string) =>
        escape(values[name] ?? ""),
      ),
      headers: { "content-type": far.contentType, ...far.headers },
    });
    return isFailure(asked) ? asked : { accepted: true };
  },
};
