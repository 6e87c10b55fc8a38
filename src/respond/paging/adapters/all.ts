import * as z from "zod";
import type { Channel, Outcome, Reach } from "../channel/channel.ts";
import type { Message } from "../channel/message.ts";
import { discord } from "./discord.ts";
import { email } from "./mail.ts";
import { mattermost } from "./mattermost.ts";
import { ntfy } from "./ntfy.ts";
import { push } from "./push.ts";
import { slack } from "./slack.ts";
import { sms } from "./sms.ts";
import { telegram } from "./telegram.ts";
import { webhook } from "./webhook.ts";

/** Every way to reach somebody: a new channel is a file here and a line below. */
export const channels = [
  push,
  ntfy,
  email,
  slack,
  discord,
  telegram,
  mattermost,
  sms,
  webhook,
] as const;

/** Where somebody is reached: `kind` says over what. */
export const ChannelTo = z.discriminatedUnion("kind", [
  ...([push.config, ntfy.config, email.config, slack.config, discord.config] as const),
  ...([telegram.config, mattermost.config, sms.config, webhook.config] as const),
]);
export type ChannelTo = z.infer<typeof ChannelTo>;

export type AnyChannel = Omit<Channel, "send"> & {
  send(message: Message, to: ChannelTo, reach: Reach): Promise<Outcome>;
};
const byKind = new Map<string, AnyChannel>(
  channels.map((each) => [each.kind, each as unknown as AnyChannel]),
);
/** The channel of a kind that the configuration may name. */
export function channelNamed(kind: ChannelTo["kind"]): AnyChannel {
  const found = byKind.get(kind);
  if (!found) throw new Error(`There is no channel ${kind}.`);
  return found;
}
