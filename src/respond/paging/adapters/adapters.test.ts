import { expect, test } from "bun:test";
import { webhookHeaders } from "#kernel";
import { aMessage, channelConformance } from "../channel/conformance.testing.ts";
import { farSide, reachFor } from "../channel/far-side.testing.ts";
import { discord } from "./discord.ts";
import { mattermost } from "./mattermost.ts";
import { ntfy } from "./ntfy.ts";
import { slack } from "./slack.ts";
import { sms } from "./sms.ts";
import { telegram } from "./telegram.ts";
import { webhook } from "./webhook.ts";

const secret = "a-secret-of-sixteen-or-more";
const shared = { after: 0, urgencies: ["high" as const], canary: true };
const refuse = (status: number, why: string): Response => new Response(why, { status });

channelConformance({
  channel: webhook,
  look: ({ body, headers }) => {
    const { "webhook-id": id = "", "webhook-timestamp": seconds = "" } = headers;
    const right = webhookHeaders(body, { id, at: Number(seconds) * 1_000, secret });
    return headers["webhook-signature"] === right["webhook-signature"]
      ? new Response("ok")
      : refuse(401, "forged");
  },
  to: (url) => ({
    ...shared,
    kind: "webhook" as const,
    url: `${url}/hooks/very-secret-path`,
    secret,
  }),
  secrets: [secret, "very-secret-path"],
});

channelConformance({
  channel: ntfy,
  look: ({ body, path, method, headers }) => {
    if (method !== "POST" || path !== "/") return refuse(404, "page not found");
    if (headers["authorization"] !== "Bearer tk_very_secret") return refuse(403, "forbidden");
    const sent = JSON.parse(body) as { message: string; priority: number; actions: object[] };
    if (Buffer.byteLength(sent.message) > 4_096) return refuse(400, "message too large");
    if (sent.actions.length > 3) return refuse(400, "only 3 actions");
    if (sent.priority < 1 || sent.priority > 5) return refuse(400, "invalid priority");
    return Response.json({ id: "m1" });
  },
  to: (server) => ({
    ...shared,
    kind: "ntfy" as const,
    server,
    topic: "a-topic-to-guess",
    token: "tk_very_secret",
  }),
  secrets: ["a-topic-to-guess", "tk_very_secret"],
});

/** The documented limits of Block Kit. */
function slackLimits(body: string): Response | undefined {
  const { text, blocks } = JSON.parse(body) as {
    text: string;
    blocks: {
      type: string;
      text?: { text: string };
      elements?: { value?: string; url?: string; text: { text: string } }[];
    }[];
  };
  const is = (type: string) => blocks.filter((each) => each.type === type);
  const wrong =
    text.length > 40_000 ||
    blocks.length > 50 ||
    is("header").some((each) => (each.text?.text.length ?? 0) > 150) ||
    is("section").some((each) => (each.text?.text.length ?? 0) > 3_000) ||
    is("actions").some(
      ({ elements = [] }) =>
        elements.length > 25 ||
        elements.some((each) => each.text.text.length > 75 || (each.value?.length ?? 0) > 2_000),
    );
  return wrong ? refuse(400, "invalid_blocks") : undefined;
}

channelConformance({
  channel: slack,
  look: ({ body, path, headers }) => {
    if (headers["authorization"] !== "Bearer xoxb-very-secret")
      return Response.json({ ok: false, error: "invalid_auth" });
    if (slackLimits(body)) return Response.json({ ok: false, error: "invalid_blocks" });
    const { ts } = JSON.parse(body) as { ts?: string };
    return path.endsWith("/chat.update") === (ts !== undefined)
      ? Response.json({ ok: true, channel: "D1", ts: "1.2" })
      : Response.json({ ok: false, error: "message_not_found" });
  },
  to: () => ({ ...shared, kind: "slack" as const, to: "U012AB3CD" }),
  config: (api) => ({ slack: { api, token: "xoxb-very-secret" } }),
  secrets: ["xoxb-very-secret"],
});

test("Slack's webhook takes it too, and nobody is mentioned by what an alert says", async () => {
  await using far = farSide(({ body }) => slackLimits(body) ?? new Response("ok"));
  const to = { ...shared, kind: "slack" as const, webhook: `${far.url}/services/T/B/x` };
  const sent = await slack.send(aMessage({ title: "<!channel> & <@U1>" }), to, reachFor());
  expect(sent).toEqual({ accepted: true });
  expect(far.taken[0]?.body).toContain("&lt;!channel&gt; &amp; &lt;@U1&gt;");
});

test("Slack changes the first message of a thread instead of writing another", async () => {
  await using far = farSide(() => Response.json({ ok: true, channel: "D1", ts: "1.2" }));
  const reach = reachFor({ slack: { api: far.url, token: "xoxb-very-secret" } });
  const to = { ...shared, kind: "slack" as const, to: "U012AB3CD" };
  const first = await slack.send(aMessage(), to, reach);
  expect(first).toEqual({ accepted: true, ref: "D1/1.2" });
  await slack.send(aMessage({ kind: "update", state: "resolved", first: "D1/1.2" }), to, reach);
  expect(far.taken.map(({ path }) => path)).toEqual(["/chat.postMessage", "/chat.update"]);
  expect(JSON.parse(far.taken[1]?.body ?? "{}")).toMatchObject({ channel: "D1", ts: "1.2" });
});

channelConformance({
  channel: discord,
  look: ({ body, headers, path }) => {
    if (headers["authorization"] !== "Bot very-secret-token") return refuse(401, "{}");
    if (!path.startsWith("/channels/12345678/messages")) return refuse(404, "{}");
    const { embeds, components, allowed_mentions } = JSON.parse(body) as {
      embeds: { title: string; description?: string }[];
      components: { components: { label: string; custom_id?: string; url?: string }[] }[];
      allowed_mentions: { parse: string[] };
    };
    const [embed] = embeds;
    const buttons = components.flatMap((row) => row.components);
    const wrong =
      (embed?.title.length ?? 0) > 256 ||
      (embed?.description?.length ?? 0) > 4_096 ||
      (embed?.title.length ?? 0) + (embed?.description?.length ?? 0) > 6_000 ||
      components.length > 5 ||
      allowed_mentions.parse.length > 0 ||
      buttons.some(
        ({ label, custom_id: id, url }) =>
          label.length > 80 || (id?.length ?? 0) > 100 || (url?.length ?? 0) > 512,
      );
    return wrong ? refuse(400, "Invalid Form Body") : Response.json({ id: "777" });
  },
  to: () => ({ ...shared, kind: "discord" as const, to: "12345678" }),
  config: (api) => ({ discord: { api, token: "very-secret-token" } }),
  secrets: ["very-secret-token"],
});

channelConformance({
  channel: telegram,
  look: ({ body, path }) => {
    if (!path.startsWith("/botvery-secret-token/")) return refuse(401, "{}");
    const { text, reply_markup: markup } = JSON.parse(body) as {
      text: string;
      reply_markup: { inline_keyboard: { callback_data?: string }[][] };
    };
    const data = markup.inline_keyboard.flat().map((each) => each.callback_data ?? "");
    if (text.length > 4_096 || text === "") return refuse(400, "Bad Request: message is too long");
    if (data.some((each) => Buffer.byteLength(each) > 64))
      return refuse(400, "BUTTON_DATA_INVALID");
    return Response.json({ ok: true, result: { message_id: 42 } });
  },
  to: () => ({ ...shared, kind: "telegram" as const, to: "12345" }),
  config: (api) => ({
    telegram: { api, token: "very-secret-token", secret: "a-secret-of-the-hook" },
  }),
  secrets: ["very-secret-token"],
});

channelConformance({
  channel: mattermost,
  look: ({ body }) => {
    const { text, attachments } = JSON.parse(body) as {
      text: string;
      attachments: { text: string }[];
    };
    const runes = [...text].length + JSON.stringify(attachments).length;
    return runes > 16_383 + 4_000 || [...text].length > 16_383
      ? refuse(400, "too long")
      : new Response("ok");
  },
  to: (url) => ({
    ...shared,
    kind: "mattermost" as const,
    webhook: `${url}/hooks/very-secret-path`,
  }),
  secrets: ["very-secret-path"],
});

channelConformance({
  channel: sms,
  look: ({ body, headers }) => {
    if (headers["authorization"] !== "Basic very-secret") return refuse(401, "");
    const { To, Body } = Object.fromEntries(new URLSearchParams(body));
    return To === "+33612345678" && (Body?.length ?? 0) <= 320
      ? new Response("{}")
      : refuse(400, "21617");
  },
  to: () => ({ ...shared, kind: "sms" as const, provider: "texts", to: "+33 6 12 34 56 78" }),
  config: (url) => ({
    providers: {
      texts: {
        url: `${url}/2010/Messages.json`,
        headers: { authorization: "Basic very-secret" },
        body: "To={{to}}&Body={{text}}",
        contentType: "application/x-www-form-urlencoded",
        textCharsMax: 320,
      },
    },
  }),
  secrets: ["very-secret", "+33612345678"],
  readsAs: ({ body }) => new URLSearchParams(body).get("Body") ?? "",
});

test("the same message sent again is the same to a webhook", async () => {
  await using far = farSide(() => new Response("ok"));
  const to = { ...shared, kind: "webhook" as const, url: far.url, secret };
  for (const isMaybeDuplicate of [false, true])
    await webhook.send(aMessage({ isMaybeDuplicate }), to, reachFor());
  const ids = far.taken.map(({ headers }) => headers["webhook-id"]);
  expect(ids).toEqual([aMessage().id, aMessage().id]);
});
