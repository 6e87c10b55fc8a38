import * as z from "zod";
import { ask, isFailure, never, readJson } from "../channel/ask.ts";
import type { Channel } from "../channel/channel.ts";
import { cut, type Message, noiseLabel, textOf } from "../channel/message.ts";
import { where } from "../channel/where.ts";

const To = where("telegram", {
  to: z
    .string()
    .regex(/^-?\d{3,20}$/, "The number of a chat, such as 123456789")
    .describe("The chat with the bot of `paging.telegram.token`."),
});

// core.telegram.org/bots/api: 4,096 characters of text, 64 bytes of callback_data.
const textCharsMax = 4_096;
const callbackBytesMax = 64;

function keyboardOf({ buttons, page, url, noiseUrl }: Message, isInteractive: boolean): object {
  const rows = buttons.map(({ deed, label, url: link }) => {
    const data = `${deed}:${page ?? ""}`;
    const fits = Buffer.byteLength(data) <= callbackBytesMax;
    return isInteractive && page !== undefined && fits
      ? { text: label, callback_data: data }
      : { text: label, url: link };
  });
  const look = [
    ...(url === undefined ? [] : [{ text: "Look at it", url }]),
    ...(noiseUrl === undefined ? [] : [{ text: noiseLabel, url: noiseUrl }]),
  ];
  return {
    inline_keyboard:
      rows.length + look.length === 0 ? [] : [rows, look].filter((row) => row.length > 0),
  };
}

/** Telegram: one message for each problem, changed as it goes on, as plain text, which nothing in it can break. */
export const telegram: Channel<z.infer<typeof To>> = {
  kind: "telegram",
  config: To,
  updates: "edit",
  async send(message, { to }, reach) {
    const { api, token, secret } = reach.config.telegram;
    if (token === undefined) return never("paging.telegram.token is not set");
    const isEdit = message.kind === "update" && message.first !== undefined;
    const method = isEdit ? "editMessageText" : "sendMessage";
    const asked = await ask(reach, `${api}/bot${token}/${method}`, {
      body: JSON.stringify({
        chat_id: to,
        ...(isEdit ? { message_id: Number(message.first) } : {}),
        text: cut(textOf(message), textCharsMax),
        disable_notification: message.isQuiet,
        link_preview_options: { is_disabled: true },
        reply_markup: keyboardOf(message, secret !== undefined),
      }),
      headers: { "content-type": "application/json" },
    });
    if (isFailure(asked)) return asked;
    const { result } = (readJson(asked.body) ?? {}) as { result?: { message_id?: unknown } };
    const id = result?.message_id;
    return { accepted: true, ...(typeof id === "number" ? { ref: String(id) } : {}) };
  },
};
