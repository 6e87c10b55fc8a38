import type { Config } from "../config.ts";
import { matcherText } from "../model/matcher.ts";
import { receiversOf, type Route, type RouteSaid, routeTree } from "../model/route.ts";
import { stringify } from "yaml";
import { timesShown } from "./times-shown.ts";

/** The Alertmanager whose API is spoken here; amtool warns when it is not its own version. */
const version = "0.25.0";

const seconds = (ms: number): string => {
  const units: [string, number][] = [
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1_000],
    ["ms", 1],
  ];
  let left = ms;
  const text = units
    .map(([unit, size]) => {
      const count = Math.floor(left / size);
      left -= count * size;
      return count > 0 ? `${count}${unit}` : "";
    })
    .join("");
  return text === "" ? "0s" : text;
};

const named = (field: string, names: readonly string[] = []): Record<string, unknown> =>
  names.length === 0 ? {} : { [field]: names };

/** A route as it works, and the names of its times as they were said: both have the same routes below. */
const routeShown = (route: Route, said: RouteSaid): Record<string, unknown> => ({
  receiver: route.receiver,
  ...(route.groupBy.length > 0 ? { group_by: route.groupBy } : {}),
  ...(route.matchers.length > 0 ? { matchers: route.matchers.map(matcherText) } : {}),
  continue: route.goesOn,
  ...named("mute_time_intervals", said.mutedDuring),
  ...named("active_time_intervals", said.activeDuring),
  ...(route.routes.length > 0
    ? { routes: route.routes.map((each, n) => routeShown(each, said.routes[n] ?? said)) }
    : {}),
  group_wait: seconds(route.waitMs),
  group_interval: seconds(route.intervalMs),
  repeat_interval: seconds(route.repeatMs),
});

const saidOf = ({ route }: Config): RouteSaid => ({ ...route, match: [], continue: false });
export const rootOf = (config: Config): Route => routeTree(saidOf(config));

/** What is configured here, in the words of alertmanager.yml. */
export function originalOf(config: Config): string {
  const root = rootOf(config);
  const said = {
    global: { resolve_timeout: seconds(config.resolveTimeout) },
    route: routeShown(root, saidOf(config)),
    ...(Object.keys(config.times).length > 0 ? { time_intervals: timesShown(config.times) } : {}),
    ...(config.inhibit.length > 0
      ? {
          inhibit_rules: config.inhibit.map(({ source, target, equal }) => ({
            source_matchers: source.map(matcherText),
            target_matchers: target.map(matcherText),
            ...(equal.length > 0 ? { equal } : {}),
          })),
        }
      : {}),
    receivers: receiversOf(root).map((name) => ({ name })),
    templates: [],
  };
  return stringify(said, { aliasDuplicateObjects: false });
}

export const statusShown = (config: Config, startedAt: number): Record<string, unknown> => ({
  cluster: { peers: [], status: "disabled" },
  config: { original: originalOf(config) },
  uptime: new Date(startedAt).toISOString(),
  versionInfo: {
    ...{ branch: "castor", buildDate: "", buildUser: "castor", goVersion: "none" },
    ...{ revision: "castor", version },
  },
});
