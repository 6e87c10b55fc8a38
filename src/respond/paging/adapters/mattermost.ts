import * as z from "zod";
import { ask, isFailure } from "../channel/ask.ts";
import type { Channel } from "../channel/channel.ts";
import { cut, headlineOf, noiseLabel, plain } from "../channel/message.ts";
import { where } from "../channel/where.ts";

const To = where("mattermost", {
  webhook: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .meta({ secret: true })
    .describe("An incoming webhook."),
  channel: z.string().min(1).max(64).optional().describe("@ann or a channel, where it may choose."),
});

// developers.mattermost.com: a post takes 16,383 characters, those of its attachments among them.
const textCharsMax = 12_000;
const headlineCharsMax = 1_000;

/** Everything that Markdown or a mention could begin with, and nothing a person misses. */
const literal = (text: string): string =>
  plain(text)
    .replaceAll(/[\\*_~`|<>[\]()#]/g, "\\$&")
    .replaceAll(/@(?=\w)/g, "@\u200b");

/** Mattermost: its buttons ask the signed links of Castor themselves. */
export const mattermost: Channel<z.infer<typeof To>> = {
  kind: "mattermost",
  config: To,
  updates: "reply",
  async send(message, { webhook, channel }, reach) {
    const { buttons, severity, state, url, noiseUrl } = message;
    const lines = literal(message.lines.join("\n"));
    const noise = noiseUrl === undefined ? "" : `\n\n[${noiseLabel}](${noiseUrl})`;
    const headline = cut(literal(headlineOf(message)).replaceAll("\n", " "), headlineCharsMax);
    const body = {
      text: `**${headline}**`,
      username: "Castor",
      ...(channel === undefined ? {} : { channel }),
      attachments: [
        {
          fallback: headline,
          color: state === "triggered" && severity !== "info" ? "#b3261e" : "#1b6e3c",
          text: `${cut(lines, textCharsMax)}${noise}`,
          ...(url === undefined ? {} : { title: "Look at it", title_link: url }),
          actions: buttons.map(({ deed, label, url: link }) => ({
            ...{ id: deed, type: "button", name: label },
            integration: { url: link, context: { deed } },
          })),
        },
      ],
    };
    const asked = await ask(reach, webhook, {
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
    return isFailure(asked) ? asked : { accepted: true };
  },
};
