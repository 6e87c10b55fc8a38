import type { Read } from "#kernel";
import { requests } from "../../absorb/gateway/contract.ts";
import { type Board, board, statusAt } from "./board.ts";
import { type Config, wordsOf } from "./config.ts";
import type { Component, Maintenance, Picture } from "./contract.ts";
import { daySpans, daysOf, uptimeOf } from "./days.ts";

const hourMs = 3_600_000;
/** Three pulses may get lost before anybody is told that the page is old. */
const oldMinutesMin = 4;
/** What is over stays on the page and in its feeds for so long. */
const historyMs = 90 * 86_400_000;

/** Everything that the page shows, from what was posted, configured and counted. */
export function pictureNow(
  read: Pick<Read<Config>, "config" | "counters" | "now" | "view">,
): Picture {
  const { config, now } = read;
  const posted = read.view(board);
  const { languages } = config;
  const isRecent = ({ resolvedAt }: { resolvedAt: number | null }): boolean =>
    resolvedAt === null || resolvedAt > now - historyMs;
  const newestFirst = <T extends { createdAt: number }>(all: readonly T[]): T[] =>
    all.toSorted((a, b) => b.createdAt - a.createdAt);
  const maintenances = newestFirst(posted.maintenances.filter(isRecent));
  const incidents = newestFirst(posted.incidents.filter(isRecent));
  const components = componentsNow(read, posted, maintenances);
  const changed = [...incidents, ...maintenances, ...components].map(({ updatedAt }) => updatedAt);
  return {
    at: now,
    page: {
      ...{ id: pageId(config.url), title: config.title, url: config.url.replace(/\/$/, "") },
      ...{ zone: config.zone, languages, updatedAt: Math.max(0, ...changed) || now },
      oldMinutes: Math.max(oldMinutesMin, Math.ceil((3 * config.publish.every) / 60_000)),
      subscribe: subscribeOf(config),
      ...{ colour: config.colour ?? null, home: config.home ?? null },
    },
    components,
    groups: Object.entries(config.groups).map(([id, name]) => ({
      id,
      name: wordsOf(name, languages),
    })),
    ...{ incidents, maintenances },
  };
}

const subscribeOf = ({ subscribe: { address, kinds } }: Config): Picture["page"]["subscribe"] =>
  address === undefined ? null : { address: address.replace(/\/$/, ""), kinds };

/** Twelve letters and digits that stay the same for a page, as readers of Statuspage's API expect. */
export const pageId = (of: string): string =>
  BigInt(`0x${new Bun.CryptoHasher("sha256").update(of).digest("hex")}`)
    .toString(36)
    .slice(0, 12);

function componentsNow(
  read: Pick<Read<Config>, "config" | "counters" | "now">,
  posted: Board,
  maintenances: readonly Maintenance[],
): Component[] {
  const { config, now } = read;
  const spans = daySpans(now, config.zone);
  const from = spans[0]?.from ?? now;
  return Object.entries(config.components).map(([id, { name, description, group, service }]) => {
    const since = posted.since[id] ?? now;
    const statuses = posted.statuses[id] ?? [];
    const hours = service === undefined ? new Map() : hoursOf(read, service, { from, to: now });
    const days = daysOf({ spans, since, statuses, hours });
    const inWork = maintenances.some(
      ({ stage, components }) =>
        (stage === "in_progress" || stage === "verifying") && components.includes(id),
    );
    return {
      ...{ id, name: wordsOf(name, config.languages), group: group ?? null },
      ...{ service: service ?? null, createdAt: since, days },
      description: description === undefined ? null : wordsOf(description, config.languages),
      status: inWork ? "under_maintenance" : statusAt(posted, id),
      updatedAt: statuses.at(-1)?.at ?? since,
      uptime: uptimeOf(days, now - Math.max(since, from)),
    };
  });
}

type Hour = { requests: number; failed: number };
function hoursOf(
  { counters }: Pick<Read, "counters">,
  service: string,
  range: { from: number; to: number },
): Map<number, Hour> {
  const from = Math.floor(range.from / hourMs) * hourMs;
  const hours = new Map<number, Hour>();
  const series = counters.sum(
    requests,
    { from, to: range.to, step: "1h" },
    { where: { service }, by: ["class"] },
  );
  for (const { labels, points } of series)
    for (const [i, value] of points.entries()) {
      if (value === null) continue;
      const at = from + i * hourMs;
      const hour = hours.get(at) ?? { requests: 0, failed: 0 };
      hours.set(at, hour);
      hour.requests += value;
      if (labels["class"] === "5xx") hour.failed += value;
    }
  return hours;
}
