import * as z from "zod";
import { ask, isFailure, never, readJson } from "../channel/ask.ts";
import type { Channel } from "../channel/channel.ts";
import { cut, headlineOf, type Message, noiseLabel, plain } from "../channel/message.ts";
import { where } from "../channel/where.ts";

const To = where("discord", {
  to: z
    .string()
    .regex(/^\d{5,25}$/, "The id of a channel, such as 1098765432109876543")
    .optional()
    .describe("A channel that the bot of `paging.discord.token` may write to."),
  user: z
    .string()
    .regex(/^\d{5,25}$/, "The id of a user")
    .optional()
    .describe("Who they are on Discord: whoever taps there is known by it."),
  webhook: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional()
    .meta({ secret: true })
    .describe("A webhook instead: it shows links where the bot has buttons."),
});

// discord.com/developers/docs/resources/message: title 256, description 4,096, label 80 characters, custom_id 100.
const titleCharsMax = 256;
const descriptionCharsMax = 4_096;
const labelCharsMax = 80;
const colours = { critical: 0xb3261e, error: 0xb3261e, warning: 0xb7791f, info: 0x4b5563 } as const;
const calm = 0x1b6e3c;

const isDone = ({ state }: Message): boolean => state !== "triggered";
/** Discord's markup begins with these; links are written by us alone. */
const literal = (text: string): string => plain(text).replaceAll(/[\\*_~`|>[\]()#-]/g, "\\$&");

function bodyOf(message: Message, isBot: boolean, isInteractive: boolean): object {
  const { page, url, severity, noiseUrl } = message;
  const noise = noiseUrl === undefined ? [] : [{ deed: null, label: noiseLabel, url: noiseUrl }];
  const buttons = [...message.buttons, ...noise];
  const links = isBot ? [] : buttons.map(({ label, url: link }) => `[${label}](${link})`);
  const linksText = links.join(" · ");
  const room = descriptionCharsMax - linksText.length - 2;
  const description = `${cut(literal(message.lines.join("\n")), room)}\n\n${linksText}`.trim();
  const components = buttons.map(({ deed, label, url: link }) =>
    isInteractive && page !== undefined && deed !== null
      ? {
          ...{ type: 2, style: deed === "acknowledge" ? 3 : 2, custom_id: `${deed}:${page}` },
          label: cut(label, labelCharsMax),
        }
      : { type: 2, style: 5, label: cut(label, labelCharsMax), url: link },
  );
  return {
    embeds: [
      {
        title: cut(plain(headlineOf(message)).replaceAll("\n", " "), titleCharsMax),
        ...(description === "" ? {} : { description }),
        ...(url === undefined ? {} : { url }),
        color: isDone(message) ? calm : colours[severity],
      },
    ],
    // Nobody is mentioned by what an alert says.
    allowed_mentions: { parse: [] },
    ...(isBot ? { components: components.length > 0 ? [{ type: 1, components }] : [] } : {}),
  };
}

/** Discord: one message for each problem, changed as it goes on. */
export const discord: Channel<z.infer<typeof To>> = {
  kind: "discord",
  config: To,
  updates: "edit",
  async send(message, { to, webhook }, reach) {
    const { api, token, publicKey } = reach.config.discord;
    const isBot = to !== undefined;
    const base = isBot ? `${api}/channels/${to}/messages` : webhook;
    if (base === undefined) return never("neither `to` nor `webhook` is set");
    if (isBot && token === undefined) return never("paging.discord.token is not set");
    const isEdit = message.kind === "update" && message.first !== undefined;
    const edited = isBot ? `${base}/${message.first}` : `${base}/messages/${message.first}`;
    const asked = await ask(reach, isEdit ? edited : isBot ? base : `${base}?wait=true`, {
      method: isEdit ? "PATCH" : "POST",
      body: JSON.stringify(bodyOf(message, isBot, publicKey !== undefined)),
      headers: {
        "content-type": "application/json",
        ...(isBot ? { authorization: `Bot ${token ?? ""}` } : {}),
      },
    });
    if (isFailure(asked)) return asked;
    const { id } = (readJson(asked.body) ?? {}) as { id?: unknown };
    return { accepted: true, ...(typeof id === "string" ? { ref: id } : {}) };
  },
};
