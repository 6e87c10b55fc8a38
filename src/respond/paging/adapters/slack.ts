import * as z from "zod";
import { ask, isFailure, maybe, never, readJson } from "../channel/ask.ts";
import type { Channel, Outcome, Reach } from "../channel/channel.ts";
import { cut, headlineOf, type Message, noiseLabel, plain } from "../channel/message.ts";
import { where } from "../channel/where.ts";

const To = where("slack", {
  to: z
    .string()
    .regex(/^[A-Z0-9]{5,30}$/, "The id of a person or a channel, such as U012AB3CD")
    .optional()
    .describe("Who or where, through the bot of `paging.slack.token`; its messages are updated."),
  webhook: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional()
    .meta({ secret: true })
    .describe("An incoming webhook instead: such messages cannot be changed later."),
});

// api.slack.com/reference/block-kit/blocks: a header takes 150 characters, a section 3,000.
const headerCharsMax = 150;
const sectionCharsMax = 3_000;
const fallbackCharsMax = 3_000;

/** Slack reads &, < and > as markup; without them nobody is mentioned and nothing is linked. */
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
/** Escaping makes it longer, so what is cut is cut after it, and never within an escape. */
const fitting = (text: string, charsMax: number): string =>
  cut(escaped(text), charsMax).replace(/&[a-z]{0,3}…$/, "…");

function bodyOf(message: Message, isInteractive: boolean): object {
  const { buttons, page, url } = message;
  const headline = plain(headlineOf(message)).replaceAll("\n", " ");
  const lines = plain(message.lines.join("\n"));
  const elements = buttons.map(({ deed, label, url: link }) => ({
    ...{ type: "button", action_id: deed, text: { type: "plain_text", text: label } },
    ...(isInteractive && page !== undefined ? { value: page } : { url: link }),
    ...(deed === "acknowledge" ? { style: "primary" } : {}),
  }));
  const look =
    url === undefined
      ? []
      : [
          {
            ...{ type: "button", action_id: "look", url },
            text: { type: "plain_text", text: "Look at it" },
          },
        ];
  const noise =
    message.noiseUrl === undefined
      ? []
      : [
          {
            ...{ type: "button", action_id: "noise", url: message.noiseUrl },
            text: { type: "plain_text", text: noiseLabel },
          },
        ];
  const all = [...elements, ...look, ...noise];
  return {
    text: fitting(headline, fallbackCharsMax),
    blocks: [
      {
        type: "header",
        text: { type: "plain_text", text: cut(headline, headerCharsMax), emoji: false },
      },
      ...(lines === ""
        ? []
        : [
            {
              type: "section",
              text: { type: "mrkdwn", text: fitting(lines, sectionCharsMax), verbatim: true },
            },
          ]),
      ...(all.length === 0 ? [] : [{ type: "actions", elements: all }]),
    ],
    unfurl_links: false,
  };
}

/** These stay wrong however often they are tried. */
const passing = new Set(["ratelimited", "internal_error", "fatal_error", "service_unavailable"]);

/** Slack's Web API says in the body whether it did; over HTTP it nearly always says 200. */
async function call(reach: Reach, method: string, body: object): Promise<Outcome> {
  const { api, token } = reach.config.slack;
  if (token === undefined) return never("paging.slack.token is not set");
  const asked = await ask(reach, `${api}/${method}`, {
    body: JSON.stringify(body),
    headers: {
      "content-type": "application/json; charset=utf-8",
      authorization: `Bearer ${token}`,
    },
  });
  if (isFailure(asked)) return asked;
  const { ok, error, ts, channel } = (readJson(asked.body) ?? {}) as {
    ok?: unknown;
    error?: unknown;
    ts?: unknown;
    channel?: unknown;
  };
  if (ok === true)
    return {
      accepted: true,
      ...(typeof ts === "string" ? { ref: `${String(channel)}/${ts}` } : {}),
    };
  const why = `Slack says ${typeof error === "string" ? error.slice(0, 100) : "nothing that can be read"}`;
  return typeof error !== "string" || passing.has(error) ? maybe(why) : never(why);
}

/** Slack: one message for each problem, changed as it goes on, with buttons that act there where the app is set up for it. */
export const slack: Channel<z.infer<typeof To>> = {
  kind: "slack",
  config: To,
  updates: "edit",
  async send(message, { to, webhook }, reach) {
    const body = bodyOf(message, reach.config.slack.signingSecret !== undefined);
    if (to === undefined) {
      if (webhook === undefined) return never("neither `to` nor `webhook` is set");
      const headers = { "content-type": "application/json" };
      const asked = await ask(reach, webhook, { body: JSON.stringify(body), headers });
      return isFailure(asked) ? asked : { accepted: true };
    }
    const [channel, ts] = message.first?.split("/") ?? [];
    return message.kind === "update" && ts !== undefined
      ? await call(reach, "chat.update", { ...body, channel, ts })
      : await call(reach, "chat.postMessage", { ...body, channel: to });
  },
};
