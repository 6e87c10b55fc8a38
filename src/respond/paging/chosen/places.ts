import { channels, type ChannelTo } from "../adapters/all.ts";
import type { Config } from "../config.ts";

/** Where the services that people know take messages for anybody. */
const wellKnown = ["ntfy.sh", "hooks.slack.com", "discord.com"];

const addressOf = (to: ChannelTo): string | undefined => {
  switch (to.kind) {
    case "ntfy":
      return to.server;
    case "webhook":
      return to.url;
    case "slack":
    case "discord":
    case "mattermost":
      return to.webhook;
    default:
      return undefined;
  }
};
const originOf = (address: string): string => new URL(address).origin;

/**
 * Whether a channel leads to a service, or to a place that the configuration names too. Whoever may name any address could
 * make Castor write to whatever is within its network.
 */
export function isKnownPlace(to: ChannelTo, { people }: Pick<Config, "people">): boolean {
  const address = addressOf(to);
  if (address === undefined) return true;
  const named = Object.values(people).flatMap(({ channels }) =>
    channels.flatMap((each) => addressOf(each) ?? []),
  );
  const known = [...wellKnown.map((host) => `https://${host}`), ...named.map(originOf)];
  return known.includes(originOf(address));
}

/** What somebody can choose from: what needs a bot or a provider that nobody set up is left out. */
export function offersOf({ telegram, providers }: Config): {
  kinds: string[];
  providers: string[];
} {
  const named = Object.keys(providers);
  const isThere = (kind: ChannelTo["kind"]): boolean =>
    kind === "telegram" ? telegram.token !== undefined : kind !== "sms" || named.length > 0;
  return {
    kinds: channels.map(({ kind }) => kind as ChannelTo["kind"]).filter(isThere),
    providers: named,
  };
}
