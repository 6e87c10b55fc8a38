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
