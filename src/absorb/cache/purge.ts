import type { Decide, EventOf, Model } from "#kernel";
import * as z from "zod";
import { badTarget, purged, Target } from "./contract.ts";

export const PurgeInput = Target.extend({
  soft: z
    .boolean()
    .default(false)
    .describe("Keep the copies as stale: they are validated, and stand in when the origin fails."),
});
export type PurgeInput = z.infer<typeof PurgeInput>;

type Purges = { last: number };
type Purged = EventOf<typeof purged>;

/** Purges are numbered, so that whoever was away knows what it missed. */
export const purges: Model<Purges, Purged> = {
  initial: { last: 0 },
  evolve: (_, { data }) => ({ last: data.seq }),
};

export const purge: Decide<PurgeInput, Purges, Purged> = ({ soft, ...target }, state, facts) => {
  const named = Object.values(target).filter((value) => value !== undefined);
  if (named.length !== 1 || named.some((value) => value === "")) return badTarget();
  const { url } = target;
  if (url !== undefined && URL.parse(url) === null) return badTarget(`${url} is no whole URL.`);
  return [purged({ seq: state.last + 1, at: facts.now, target: plain(target), soft })];
};

/** A prefix that ends with the host, or before it, is everything. What is kept as stale still stands in. */
export const wholeHost = ({ prefix, soft }: PurgeInput): string | undefined =>
  prefix !== undefined && !soft && /^([a-z]+:?)?\/{0,2}[^/?]*\/?$/i.test(prefix)
    ? prefix
    : undefined;

/** As the workers know URLs: scheme and host in lower case, at least a path. */
function plain(target: Target): Target {
  const { url } = target;
  if (url === undefined) return target;
  const { protocol, host } = new URL(url);
  const rest = url.replace(/^[a-z]+:\/\/[^/?]*/i, "");
  return { url: `${protocol}//${host}${rest.startsWith("/") ? rest : `/${rest}`}` };
}
