import { openedStore, type Read } from "#kernel";
import type * as z from "zod";
import { progress } from "../../../platform/mail/contract.ts";
import type { Config } from "../config.ts";
import type { Sending, subscribers } from "../contract.ts";
import { phrasesOf, said } from "../render/words.ts";
import { subscriberKinds } from "./config.ts";
import type { News } from "./news.ts";
import { countsOf, pausedLately } from "./roster.ts";
import { lately } from "./sendings.ts";
import { subscribersStore } from "./store.ts";

const sendingsMax = 20;
const pausedMax = 10;

/** How many there are and how far news are; nothing that names anybody. */
export async function subscribersNow(
  read: Pick<Read<Config>, "log" | "config" | "ask">,
): Promise<z.infer<(typeof subscribers)["output"]>> {
  const { subscribe, testers, languages } = read.config;
  const tables = openedStore(read, subscribersStore)?.tables;
  const counts = tables ? countsOf(tables) : [];
  const of = (kind: string, state: string): number =>
    counts.find((each) => each.kind === kind && each.state === state)?.count ?? 0;
  const [language = "en"] = languages;
  const sendings = tables ? lately(tables, sendingsMax) : [];
  return {
    canSubscribe: subscribe.address !== undefined,
    kinds: subscriberKinds
      .filter((kind) => subscribe.kinds.includes(kind) || counts.some((each) => each.kind === kind))
      .map((kind) => ({
        ...{ kind, confirmed: of(kind, "confirmed"), pending: of(kind, "pending") },
        paused: of(kind, "paused"),
      })),
    paused: tables ? pausedLately(tables, pausedMax) : [],
    testers: testers.emails.length + testers.webhooks.length,
    sendings: await Promise.all(
      sendings.map(async ({ news, made, ended, ...each }): Promise<Sending> => {
        const { waiting } = await read.ask(progress, { prefix: `status-page/${each.post}/` });
        const { stage, title } = JSON.parse(news) as News;
        const headline = `[${phrasesOf(language).stage[stage]}] ${said(title, languages)}`;
        return { ...each, madeAt: made, endedAt: ended, headline, inOutbox: waiting };
      }),
    ),
  };
}
