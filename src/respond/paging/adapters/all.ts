import * as z from "zod";
import type { Channel, Outcome, Reach } from "../channel/channel.ts";
import type { Message } from "../channel/message.ts";
import { ntfy } from "./ntfy.ts";
import { webhook } from "./webhook.ts";

/** Every way to reach somebody: a new channel is a file here and a line below. */
export const channels = [webhook, ntfy] as const;

/** Where somebody is reached: `kind` says over what. */
export const ChannelTo = z.discriminatedUnion("kind", [webhook.config, ntfy.config]);
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
