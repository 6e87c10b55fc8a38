import type { Millis } from "#kernel";
import { type Labels, labelsText } from "./labels.ts";
import type { Matcher } from "../contract/silence.ts";
import type { Quiet, Recurring } from "./times.ts";
import { matchesAll, matcherText } from "./matcher.ts";

/** Where alerts of some kind go and how they are gathered; what a child does not say is as its parent has it. */
export type Route = {
  /** Tells groups of one route from those of another, in Alertmanager's words. */
  key: string;
  receiver: string;
  matchers: readonly Matcher[];
  groupBy: readonly string[];
  waitMs: Millis;
  intervalMs: Millis;
  repeatMs: Millis;
  goesOn: boolean;
  /** When it tells nobody; children do not inherit it. */
  quiet: Quiet;
  routes: readonly Route[];
};

export type RouteSaid = {
  receiver?: string | undefined;
  match: readonly Matcher[];
  groupBy?: readonly string[] | undefined;
  wait?: Millis | undefined;
  interval?: Millis | undefined;
  repeat?: Millis | undefined;
  continue: boolean;
  mutedDuring?: readonly string[] | undefined;
  activeDuring?: readonly string[] | undefined;
  routes: readonly RouteSaid[];
};
/** Times by the names that routes use. */
export type Times = Readonly<Record<string, readonly Recurring[]>>;

const minuteMs = 60_000;
const top: Omit<Route, "routes" | "matchers" | "goesOn" | "quiet"> = {
  key: "",
  receiver: "default",
  groupBy: ["alertname", "service"],
  waitMs: 30_000,
  intervalMs: 5 * minuteMs,
  repeatMs: 240 * minuteMs,
};

/** The tree with everything inherited. */
export function routeTree(said: RouteSaid, times: Times = {}, parent: typeof top = top): Route {
  const own = {
    key: `${parent.key === "" ? "" : `${parent.key}/`}{${said.match.map(matcherText).join(",")}}`,
    receiver: said.receiver ?? parent.receiver,
    groupBy: said.groupBy ?? parent.groupBy,
    waitMs: said.wait ?? parent.waitMs,
    intervalMs: said.interval ?? parent.intervalMs,
    repeatMs: said.repeat ?? parent.repeatMs,
  };
  const routes = said.routes.map((each) => routeTree(each, times, own));
  const named = (names: readonly string[] = []) => names.map((name) => times[name] ?? []);
  const quiet = { muted: named(said.mutedDuring), active: named(said.activeDuring) };
  return { ...own, matchers: said.match, goesOn: said.continue, quiet, routes };
}

/** The deepest first match, and further ones where a match goes on. */
export function routesFor(route: Route, labels: Labels): Route[] {
  if (!matchesAll(route.matchers, labels)) return [];
  const found: Route[] = [];
  for (const child of route.routes) {
    const below = routesFor(child, labels);
    found.push(...below);
    if (below.length > 0 && !child.goesOn) break;
  }
  return found.length > 0 ? found : [route];
}

/** The labels that make a group; `...` means all. */
export const groupLabels = ({ groupBy }: Route, labels: Labels): Labels =>
  groupBy.includes("...")
    ? labels
    : Object.fromEntries(
        groupBy.flatMap((name) => {
          const value = labels[name];
          return value === undefined ? [] : [[name, value] as const];
        }),
      );
export const groupKey = (route: Route, labels: Labels): string =>
  `${route.key}:${labelsText(groupLabels(route, labels))}`;

export const receiversOf = (route: Route): string[] => [
  ...new Set([route.receiver, ...route.routes.flatMap(receiversOf)]),
];
