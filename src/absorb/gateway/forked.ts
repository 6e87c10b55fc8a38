import { view } from "#kernel";
import {
  type Mirror,
  mirrorChanged,
  mirrorEnded,
  type Split,
  splitChanged,
  splitEnded,
} from "./contract.ts";

/** What holds now, by route. */
export type Forked = {
  splits: Record<string, Split & { since: number }>;
  mirrors: Record<string, Mirror & { since: number }>;
};
type ForkEvent =
  typeof splitChanged | typeof splitEnded | typeof mirrorChanged | typeof mirrorEnded;

export const forked = view<Forked, ForkEvent>("gateway.forked", {
  from: [splitChanged, splitEnded, mirrorChanged, mirrorEnded],
  empty: () => ({ splits: {}, mirrors: {} }),
  apply: (known, { event, at: since }) => {
    const { route } = event.data;
    if (event.type === "gateway.split-changed") known.splits[route] = { ...event.data, since };
    else if (event.type === "gateway.split-ended") delete known.splits[route];
    else if (event.type === "gateway.mirror-changed")
      known.mirrors[route] = { ...event.data, since };
    else delete known.mirrors[route];
    return known;
  },
});

/** A fork without those of its services that are gone; none where nobody is left. */
export function forkOf(
  { splits: on, mirrors }: Forked,
  route: string,
  known: ReadonlySet<string>,
): { split?: Pick<Split, "by" | "shares" | "always">; mirror?: Pick<Mirror, "service" | "share"> } {
  const [asked, copied] = [on[route], mirrors[route]];
  const isThere = ({ service }: { service: string }): boolean => known.has(service);
  const shares = asked?.shares.filter(isThere) ?? [];
  return {
    ...(asked === undefined || shares.length === 0
      ? {}
      : { split: { by: asked.by, shares, always: asked.always.filter(isThere) } }),
    ...(copied === undefined || !isThere(copied)
      ? {}
      : { mirror: { service: copied.service, share: copied.share } }),
  };
}
