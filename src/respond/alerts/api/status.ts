import type { Config } from "../config.ts";
import { matcherText } from "../model/matcher.ts";
import { receiversOf, type Route, routeTree } from "../model/route.ts";
import { stringify } from "yaml";

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

const routeSaid = (route: Route): Record<string, unknown> => ({
  receiver: route.receiver,
  ...(route.groupBy.length > 0 ? { group_by: route.groupBy } : {}),
  ...(route.matchers.length > 0 ? { matchers: route.matchers.map(matcherText) } : {}),
  continue: route.goesOn,
  ...(route.routes.length > 0 ? { routes: route.routes.map(routeSaid) } : {}),
  group_wait: seconds(route.waitMs),
  group_interval: seconds(route.intervalMs),
  repeat_interval: seconds(route.repeatMs),
});

export const rootOf = ({ route }: Config): Route =>
  routeTree({ ...route, match: [], continue: false });

/** What is configured here, in the words of alertmanager.yml. */
export function originalOf(config: Config): string {
  const root = rootOf(config);
  const said = {
    global: { resolve_timeout: seconds(config.resolveTimeout) },
    route: routeSaid(root),
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
