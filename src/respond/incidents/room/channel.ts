import {
  type Action,
  action,
  type Effects,
  isRefusal,
  type Refusal,
  Turns,
  perCastor,
} from "#kernel";
import * as z from "zod";
import { book } from "../book.ts";
import { type Chat, type Config } from "../config.ts";
import {
  channelFailed,
  channelOpened,
  type Incident,
  IncidentId,
  unknownIncident,
} from "../contract.ts";
import { streamOf } from "../incident.ts";

const answerMsMax = 10_000;
const nameCharsMax = 60;

/** `inc-41-nobody-can-pay`: as Slack, Discord and Mattermost all take it. */
export const channelName = ({ incident, title }: Pick<Incident, "incident" | "title">): string =>
  `${incident}-${title
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")}`
    .slice(0, nameCharsMax)
    .replace(/-+$/, "");

type Asked = { url: string; auth: string; body?: object };
type Said = Record<string, unknown>;

async function ask(fx: Effects<Config>, { url, auth, body }: Asked): Promise<Said | Refusal> {
  const { host } = new URL(url);
  try {
    const answer = await fx.net.fetch(url, {
      method: body ? "POST" : "GET",
      headers: { authorization: auth, "content-type": "application/json; charset=utf-8" },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.any([AbortSignal.timeout(answerMsMax), fx.signal]),
    });
    const said = (await answer.json()) as Said;
    // Slack says no with 200 and `ok: false`; the others say why in `message`.
    if (answer.ok && said["ok"] !== false) return said;
    return channelFailed(
      `${host} said ${answer.status}: ${String(said["error"] ?? said["message"])}`,
    );
  } catch (error) {
    return channelFailed(`${host} did not answer: ${(error as Error).name}`);
  }
}

/** Makes the channel; gives its address. */
async function make(fx: Effects<Config>, chat: Chat, of: Incident): Promise<string | Refusal> {
  const name = channelName(of);
  if (chat.kind === "slack") {
    const url = `${chat.server}/api/conversations.create`;
    const said = await ask(fx, { url, auth: `Bearer ${chat.token}`, body: { name } });
    if (isRefusal(said)) return said;
    const { id } = said["channel"] as { id: string };
    return `${chat.server}/app_redirect?channel=${encodeURIComponent(id)}`;
  }
  if (chat.kind === "discord") {
    const url = `${chat.server}/api/v10/guilds/${chat.guild}/channels`;
    const body = { name, type: 0, topic: of.title.slice(0, 200) };
    const said = await ask(fx, { url, auth: `Bot ${chat.token}`, body });
    return isRefusal(said) ? said : `${chat.server}/channels/${chat.guild}/${String(said["id"])}`;
  }
  const auth = `Bearer ${chat.token}`;
  const team = await ask(fx, { url: `${chat.server}/api/v4/teams/name/${chat.team}`, auth });
  if (isRefusal(team)) return team;
  const body = {
    team_id: team["id"],
    name,
    display_name: `${of.incident}: ${of.title}`.slice(0, 64),
    type: "O",
  };
  const said = await ask(fx, { url: `${chat.server}/api/v4/channels`, auth, body });
  return isRefusal(said) ? said : `${chat.server}/${chat.team}/channels/${String(said["name"])}`;
}

const turnsOf = perCastor(() => new Turns());

/** Looks again when its turn comes: somebody else may have made it meanwhile, and not every chat refuses a name that is taken. */
async function openFor(fx: Effects<Config>, incident: string): Promise<{ url: string } | Refusal> {
  const found = fx.view(book)[incident];
  if (!found) return unknownIncident();
  if (found.channel !== undefined) return { url: found.channel };
  const { chat } = fx.config;
  if (!chat) return channelFailed("No chat is configured: set incidents.chat.");
  const url = await make(fx, chat, found);
  if (isRefusal(url)) return url;
  const fact = channelOpened({ incident, chat: chat.kind, url }, { stream: streamOf(incident) });
  await fx.record(incident, [fact], { id: `incidents.channel/${incident}` });
  return { url };
}

export const openChannel: Action = action("incidents.open-channel", {
  about: "Makes a channel for an incident in Slack, Discord or Mattermost, once.",
  allow: "responder",
  input: z.object({ incident: IncidentId }).strict(),
  output: z.object({ url: z.string() }),
  act: ({ incident }, fx: Effects<Config>) =>
    turnsOf(fx).take(incident, () => openFor(fx, incident)),
});
