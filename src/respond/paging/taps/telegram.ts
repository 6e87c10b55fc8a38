import { type Effects, route, type Route, sameSecret } from "#kernel";
import * as z from "zod";
import { readJson } from "../channel/ask.ts";
import { configNow } from "../chosen/chosen.ts";
import type { Config } from "../config.ts";
import { perform, personAt } from "../deeds.ts";
import { json, refuse, signedBody, tapOf } from "./signed.ts";

const Update = z.object({
  callback_query: z
    .object({
      id: z.string().max(100),
      data: z.string().optional(),
      from: z.object({ id: z.number(), username: z.string().max(100).optional() }),
    })
    .optional(),
});

/** Buttons in Telegram, as its webhook tells them. */
export const telegramRoute: Route = route("POST", "/in/telegram", {
  about: "What people tap in Telegram.",
  allow: "public",
  serve: async (request, fx: Effects<Config>) => {
    const { secret } = fx.config.telegram;
    const given = request.headers.get("x-telegram-bot-api-secret-token") ?? "";
    if (secret === undefined || !sameSecret(given, secret)) return refuse();
    const update = Update.safeParse(readJson((await signedBody(request)) ?? ""));
    if (!update.success) return json(400, { error: "This is no update." });
    const { callback_query: query } = update.data;
    const tap = tapOf(query?.data);
    // Whatever else is written to the bot is taken, or Telegram would send it again and again.
    if (!query || !tap) return json(200, {});
    const { person, channel } = personAt(
      configNow(fx),
      (to) => to.kind === "telegram" && to.to === String(query.from.id),
      `telegram:${query.from.username ?? query.from.id}`,
    );
    const text = await perform(fx, { ...tap, by: person, via: channel });
    return json(200, { method: "answerCallbackQuery", callback_query_id: query.id, text });
  },
});
