import type { Effects } from "#kernel";
import { requests } from "../../../absorb/gateway/contract.ts";
import type { Config } from "../config.ts";
import { projectsView } from "../project.ts";
import type { Traffic } from "./project.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const weekHours = 168;
/** What was lately counted by a worker is here after this. */
const settledMs = 2_000;

/** What the gateway carried to the service of each project: the traffic that errors are measured against. */
export function trafficNow(fx: Effects<Config>): {
  at: number;
  of: (Traffic & { project: number })[];
} {
  const projects = fx.view(projectsView).filter(({ service }) => service !== undefined);
  const at = fx.now - settledMs;
  if (projects.length === 0) return { at: fx.now, of: [] };
  const since = (ms: number): Map<string, number> =>
    new Map(
      fx.counters
        .total(requests, { from: at - ms, to: at }, { by: ["service"] })
        .map(({ labels, value }) => [labels["service"] ?? "", value]),
    );
  const [fast, slow] = [since(5 * minuteMs), since(hourMs)];
  const mean = meanPerHour(fx, at);
  return {
    at,
    of: projects.flatMap(({ project, number, service = project }) => {
      const of = mean.get(service);
      if (of === undefined) return [];
      const lastFast = fast.get(service) ?? 0;
      return [{ project: number, lastFast, lastSlow: slow.get(service) ?? 0, meanPerHour: of }];
    }),
  };
}

/** Of the hours since the service was first seen, at most a week; one that is younger than an hour has none yet. */
function meanPerHour(fx: Effects<Config>, at: number): Map<string, number> {
  const series = fx.counters.sum(
    requests,
    { from: at - weekHours * hourMs, to: at, step: "1h" },
    { by: ["service"] },
  );
  return new Map(
    series.flatMap(({ labels, points }) => {
      const began = points.findIndex((each) => each !== null);
      const lived = began < 0 ? [] : points.slice(began, -1);
      if (lived.length === 0) return [];
      const sum = lived.reduce<number>((total, each) => total + (each ?? 0), 0);
      return [[labels["service"] ?? "", sum / lived.length] as const];
    }),
  );
}
