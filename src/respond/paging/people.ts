import type { Effects } from "#kernel";
import { list } from "../../platform/people/contract.ts";
import type { Config } from "./config.ts";

/** What whoever acts is called in rotations, where their account says so; else what the log calls them. */
export async function callerName(fx: Effects<Config>): Promise<string> {
  const { actor, config } = fx;
  const named = Object.entries(config.people).filter(([, { account }]) => account !== undefined);
  if (actor.kind !== "person" || named.length === 0) return actor.name ?? actor.id;
  const { people } = await fx.ask(list, {});
  const email = people.find(({ id }) => id === actor.id)?.email.toLowerCase();
  const found = named.find(([, { account }]) => account?.toLowerCase() === email);
  return found?.[0] ?? actor.name ?? actor.id;
}
