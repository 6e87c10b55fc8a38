import { webhookHeaders, WebhookSecret } from "#kernel";
import * as z from "zod";
import { ask, isFailure } from "../channel/ask.ts";
import type { Channel } from "../channel/channel.ts";
import { where } from "../channel/where.ts";
import { cut, headlineOf, plain } from "../channel/message.ts";

const To = where("webhook", {
  url: z
    .url({ protocol: /^https?$/ })
    .max(1_000)
    .meta({ secret: true })
    .describe("Where to: a POST with JSON."),
  secret: WebhookSecret,
});

const titleCharsMax = 1_000;
const lineCharsMax = 2_000;
const linesMax = 50;

/** A signed POST that any program can take; the same id is the same message. */
export const webhook: Channel<z.infer<typeof To>> = {
  kind: "webhook",
  config: To,
  updates: "reply",
  async send(message, { url, secret }, reach) {
    const { id, kind, thread, severity, state, at, isMaybeDuplicate, buttons } = message;
    const body = JSON.stringify({
      ...{ type: `paging.${kind}`, id, thread, state, severity, at: new Date(at).toISOString() },
      title: cut(plain(message.title), titleCharsMax),
      headline: cut(plain(headlineOf(message)), titleCharsMax),
      lines: message.lines.slice(0, linesMax).map((line) => cut(plain(line), lineCharsMax)),
      ...{ isQuiet: message.isQuiet, isMaybeDuplicate, url: message.url ?? null },
      noiseUrl: message.noiseUrl ?? null,
      actions: buttons.map(({ deed, label, url: to }) => ({ action: deed, label, url: to })),
    });
    const headers = webhookHeaders(body, { id, at: reach.now, secret });
    const asked = await ask(reach, url, { body, headers });
    return isFailure(asked) ? asked : { accepted: true };
  },
};
