import type { Millis } from "#kernel";
import type { News } from "./news.ts";
import type { Message } from "./message.ts";

/** Slack's markup: without these nobody is mentioned and nothing is linked that was not meant. */
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const slackCharsMax = 3_000;

/** An incoming webhook of Slack, or of what takes the same (Mattermost, Rocket.Chat). */
export const slackBody = ({ headline, body, url }: Message): string =>
  JSON.stringify({
    text: `*${escaped(headline)}*\n${escaped(body).slice(0, slackCharsMax)}\n<${url}|${escaped(new URL(url).host)}>`,
    ...{ unfurl_links: false, mrkdwn: true },
  });

export const webhookBody = (news: News, { url }: Message): string =>
  JSON.stringify({
    type: "status-page.update",
    timestamp: new Date(news.at).toISOString(),
    data: {
      ...{ id: news.post, incident: news.thread, stage: news.stage, title: news.title },
      ...{ text: news.text, components: news.components, url },
      ...(news.between
        ? {
            scheduled_for: new Date(news.between.from).toISOString(),
            scheduled_until: new Date(news.between.to).toISOString(),
          }
        : {}),
    },
  });

export const secretPrefix = "whsec_";
/** Standard Webhooks: id, time and body are signed, so that nobody can change or repeat it. */
export function signed(
  body: string,
  of: { id: string; at: Millis; secret: string },
): Record<string, string> {
  const seconds = Math.floor(of.at / 1_000);
  const key = of.secret.startsWith(secretPrefix)
    ? Buffer.from(of.secret.slice(secretPrefix.length), "base64")
    : Buffer.from(of.secret);
  const signature = new Bun.CryptoHasher("sha256", key)
    .update(`${of.id}.${seconds}.${body}`)
    .digest("base64");
  return {
    ...{ "content-type": "application/json", "webhook-id": of.id },
    ...{ "webhook-timestamp": String(seconds), "webhook-signature": `v1,${signature}` },
  };
}
