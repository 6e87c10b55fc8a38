import type { Lane } from "../lanes.ts";
import type { Route } from "../snapshot.ts";
import type { Sum, Tallies } from "../tallies.ts";
import { Mirror } from "./mirror.ts";
import { Split } from "./split.ts";

/** Which other ways the requests of a lane may take. */
export type Forks = {
  split: Split<Lane> | undefined;
  mirror: Mirror | undefined;
  /** The service of a split's side, empty where there is no split: what one side answers is not for the other. */
  variant: string;
};

type With = {
  laneTo: (route: Route, forks: Forks) => Lane;
  tallies: Tallies;
  hash: (text: string) => number;
  chance: () => number;
};

export const noForks: Forks = { split: undefined, mirror: undefined, variant: "" };
/** What a mirrored service answers is nobody's answer, so it is not counted among the route's. */
const uncounted: readonly Sum[] = Array.from({ length: 10 }, () => ({ add: () => {} }));

/** The forks of a route, each with a lane of its own. */
export function forksOf(route: Route, { laneTo, tallies, hash, chance }: With): Forks {
  const { split, mirror } = route;
  const mirrors = mirror && {
    share: mirror.share,
    lane: {
      ...laneTo(marked(route, mirror.service), noForks),
      classes: uncounted,
      gate: undefined,
    },
    counts: tallies.mirrored(route.id, mirror.service),
    chance,
  };
  const mirroring = mirrors && new Mirror(mirrors);
  if (split === undefined) return { ...noForks, mirror: mirroring };
  const sideTo = (service: string): Lane =>
    laneTo({ ...route, service }, { split: undefined, mirror: mirroring, variant: service });
  return {
    ...noForks,
    split: new Split(split, { route: route.id, laneTo: sideTo, hash }),
    mirror: mirroring,
  };
}

/** A copy says that it is one, so that the application can leave out what must happen once. */
function marked(route: Route, service: string): Route {
  const { request } = route.rules;
  const set = { ...request.set, "Castor-Mirror": "1" };
  return { ...route, service, rules: { ...route.rules, request: { ...request, set } } };
}
