import * as z from "zod";
import { ask, isFailure, readJson } from "../channel/ask.ts";
import type { Channel } from "../channel/channel.ts";
import { where } from "../channel/where.ts";
import { cut, cutBytes, headlineOf, type Message, noiseLabel, plain } from "../channel/message.ts";

const To = where("ntfy", {
  server: z
    .url({ protocol: /^https?$/ })
    .default("https://ntfy.sh")
    .describe("The server's root."),
  topic: z
    .string()
    .regex(/^[-_A-Za-z0-9]{1,64}$/, "1 to 64 letters, digits, dashes or underscores")
    .meta({ secret: true })
    .describe("Who knows it can read along: make it hard to guess."),
  token: z.string().min(1).optional().meta({ secret: true }).describe("An access token."),
});

// docs.ntfy.sh/publish, Limitations: a longer message becomes an attachment, a fourth action is refused.
const messageBytesMax = 4_096;
const titleCharsMax = 250;
const actionsMax = 3;

const priorities = { critical: 5, error: 4, warning: 3, info: 3 } as const;
const priorityOf = ({ isQuiet, severity }: Message): number => (isQuiet ? 2 : priorities[severity]);

/** ntfy's push, with `http` actions: one tap does it, without a browser. */
export const ntfy: Channel<z.infer<typeof To>> = {
  kind: "ntfy",
  config: To,
  updates: "reply",
  async send(message, { server, topic, token }, reach) {
    const { buttons, url, noiseUrl, state } = message;
    const text = plain(message.lines.join("\n"));
    const body = JSON.stringify({
      topic,
      title: cut(plain(headlineOf(message)).replaceAll("\n", " "), titleCharsMax),
      message: cutBytes(text === "" ? plain(message.title) : text, messageBytesMax),
      priority: priorityOf(message),
      tags: [state === "resolved" ? "white_check_mark" : "rotating_light"],
      ...(url === undefined ? {} : { click: url }),
      actions: [
        ...buttons.map(({ label, url: to }) => ({
          ...{ action: "http", label, url: to, method: "POST", clear: true },
        })),
        ...(noiseUrl === undefined ? [] : [{ action: "view", label: noiseLabel, url: noiseUrl }]),
      ].slice(0, actionsMax),
    });
    const headers = {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const asked = await ask(reach, server, { body, headers });
    if (isFailure(asked)) return asked;
    const { id: ref } = (readJson(asked.body) ?? {}) as { id?: unknown };
    return { accepted: true, ...(typeof ref === "string" ? { ref } : {}) };
  },
};
