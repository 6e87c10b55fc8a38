import * as z from "zod";
import { ask, isFailure } from "../channel/ask.ts";
import type { Channel } from "../channel/channel.ts";
import { where } from "../channel/where.ts";
import { cut, headlineOf, plain } from "../channel/message.ts";

/** Receivers' libraries take what stands after `whsec_` as base64. */
const keyOf = (secret: string): Uint8Array =>
  secret.startsWith("whsec_")
    ? Buffer.from(secret.slice("whsec_".length), "base64")
    : Buffer.from(secret);

const To = where("webhook", {
  url: z
    .url({ protocol: /^https?$/ })
    .max(1_000)
    .meta({ secret: true })
    .describe("Where to: a POST with JSON."),
  secret: z
    .string()
    .min(16)
    .max(200)
    .meta({ secret: true })
    .describe(
      "Signs what is sent, by Standard Webhooks: `whsec_` and base64, or any text, whose bytes are the key.",
    )
    .refine((text) => keyOf(text).length >= 16, "Of what stands after whsec_ too few bytes"),
});

const titleCharsMax = 1_000;
const lineCharsMax = 2_000;
const linesMax = 50;

/** Standard Webhooks: the signature is over id, time and body, so that nobody can change or replay it. */
export const signature = (
  secret: string,
  of: { id: string; seconds: number; body: string },
): string =>
  `v1,${new Bun.CryptoHasher("sha256", keyOf(secret)).update(`${of.id}.${of.seconds}.${of.body}`).digest("base64")}`;

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
    const seconds = Math.floor(reach.now / 1_000);
    const asked = await ask(reach, url, {
      body,
      headers: {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(seconds),
        "webhook-signature": signature(secret, { id, seconds, body }),
      },
    });
    return isFailure(asked) ? asked : { accepted: true };
  },
};
