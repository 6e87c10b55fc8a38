import type { Effects } from "#kernel";
import { list } from "../../platform/people/contract.ts";
import type { Config } from "./config.ts";

/** What whoever acts is called in rotations, by their account; undefined where it says nothing of the kind. */
export async function ownName(fx: Effects<Config>): Promise<string | undefined> {
  const { actor, config } = fx;
  const named = Object.entries(config.people).filter(([, { account }]) => account !== undefined);
  if (actor.kind !== "person" || named.length === 0) return undefined;
  const { people } = await fx.ask(list, {});
  const email = people.find(({ id }) => id === actor.id)?.email.toLowerCase();
  return named.find(([, { account }]) => account?.toLowerCase() === email)?.[0];
}

/** What whoever acts is called in rotations, where their account says so; else what the log calls them. */
export const callerName = async (fx: Effects<Config>): Promise<string> =>
  (await ownName(fx)) ?? fx.actor.name ?? fx.actor.id;
