import type { Read } from "#kernel";
import type { Place } from "./crawl/address.ts";
import type { Visiting } from "./crawl/crawl.ts";
import { freezeCluster, type Site, WorkerVisits } from "./contract.ts";
import type { FrozenIndex } from "./kept/contract.ts";

const answerWithinMs = 1_000;
/** As long as in the workers' sketches: a visit of so long ago counts half. */
const halfLifeMs = 100 * 60_000;

/** What workers know of a service; `door` is where the gateway is asked. */
export type Known = { visiting: Visiting; hosts: ReadonlyMap<string, string>; door: string };

/** Asks every worker what is visited, and adds them up. */
export async function visitsNow(
  read: Pick<Read, "bus"> & { max?: number; withinMs?: number },
): Promise<Map<string, Known>> {
  const sums = new Map<
    string,
    { total: number; pages: Map<string, number>; hosts: Map<string, string> }
  >();
  const { max, withinMs = answerWithinMs } = read;
  let door = "";
  for await (const { body } of read.bus.gather(freezeCluster, "visits", {
    timeoutMs: withinMs,
    ...(max === undefined ? {} : { max }),
  })) {
    const heard = WorkerVisits.safeParse(body);
    if (!heard.success) continue;
    door = doorOf(heard.data.doors) ?? door;
    for (const each of heard.data.sites) {
      const sum = sums.get(each.service) ?? { total: 0, pages: new Map(), hosts: new Map() };
      sums.set(each.service, sum);
      sum.total += each.total;
      for (const { key, visits } of each.pages)
        sum.pages.set(key, (sum.pages.get(key) ?? 0) + visits);
      for (const { host, authority } of each.hosts) sum.hosts.set(host, authority);
    }
  }
  return new Map(
    [...sums].map(([service, { total, pages, hosts }]) => [
      service,
      { visiting: { total, pages: ranked(pages) }, hosts, door },
    ]),
  );
}

const ranked = (pages: ReadonlyMap<string, number>): Visiting["pages"] =>
  [...pages].map(([key, visits]) => ({ key, visits })).toSorted((a, b) => b.visits - a.visits);

/**
 * What the snapshot before knew counts on, less and less: workers that have just begun know little, and a page is not
 * forgotten by a restart.
 */
export function withMemory(now: Visiting, before: FrozenIndex | undefined, at: number): Visiting {
  if (before === undefined) return now;
  const share = 2 ** (-(at - before.takenAt) / halfLifeMs);
  const pages = new Map(now.pages.map(({ key, visits }) => [key, visits]));
  for (const { key, visits } of before.visited)
    pages.set(key, Math.max(pages.get(key) ?? 0, visits * share));
  const all = ranked(pages);
  const named = all.reduce((sum, { visits }) => sum + visits, 0);
  return { total: Math.max(now.total, named), pages: all };
}

/** Over TLS where there is any, since plain requests may be sent there anyway. */
const doorOf = (doors: readonly string[]): string | undefined =>
  doors.find((each) => each.startsWith("https://")) ?? doors[0];

/** A host that less than this share of the visits used may be anybody's invention. */
const hostShareMin = 0.01;

/** The hosts of a service: those of its routes, and those that many visitors use; else where the gateway listens. */
export function placeOf(
  config: Pick<Site, "dropQuery" | "queryBytesMax">,
  { visiting, hosts, door }: Known,
): Place {
  const shares = new Map<string, number>();
  for (const { key, visits } of visiting.pages) {
    const host = key.slice(0, key.indexOf("/"));
    shares.set(host, (shares.get(host) ?? 0) + visits / visiting.total);
  }
  // After a restart nobody may have come yet: the pages of the snapshot before name their hosts too.
  const all = new Map([...[...shares.keys()].map((host) => [host, host] as const), ...hosts]);
  const own = [...all].filter(
    ([host]) => !shares.has(host) || (shares.get(host) ?? 0) >= hostShareMin,
  );
  // The most visited one first: what is always copied is copied of it before all others.
  own.sort(([a], [b]) => (shares.get(b) ?? 0) - (shares.get(a) ?? 0));
  const found = new Map(own);
  if (found.size === 0) {
    const { host, hostname } = new URL(door);
    found.set(hostname, host);
  }
  return { authorities: found, naming: config };
}
