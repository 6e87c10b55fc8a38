import type { Log, Recorded } from "../../../src/kernel/log/log.ts";
import type { Request } from "./far-sides.ts";

/** What a night of kills came to. `wrong` names each broken promise; it has to be empty. */
export type Night = {
  kills: number;
  alerts: number;
  pages: number;
  acknowledged: number;
  requests: number;
  /** Messages that reached a phone more than once. */
  duplicates: number;
  /** The most often that one message came again for one kill. */
  duplicatesPerKill: number;
  /** What came again to one person beyond one message for each kill. */
  beyondOnePerKill: number;
  startMsMedian: number;
  wrong: string[];
};

const pageSize = 5_000;
function* factsOf(log: Log): Generator<Recorded> {
  for (let after = 0; ;) {
    const page = log.page({ after, limit: pageSize });
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    after = last.position;
  }
}

type Chain = { attempted: number; accepted: number; failed: number };
const noChain: Chain = { attempted: 0, accepted: 0, failed: 0 };
type Data = { page: string; delivery: string; about?: { labels: Record<string, string> } };
type Told = {
  chains: Map<string, Chain>;
  pageOf: Map<string, string>;
  acknowledged: Set<string>;
};

/** What the log says: the steps of each message, the page of each alert, and who was seen to. */
function read(log: Log): Told {
  const told: Told = { chains: new Map(), pageOf: new Map(), acknowledged: new Set() };
  for (const { event } of factsOf(log)) {
    const data = event.data as Data;
    const name = event.type === "paging.triggered" ? data.about?.labels["alertname"] : undefined;
    if (name !== undefined) told.pageOf.set(name, data.page);
    if (event.type === "paging.acknowledged") told.acknowledged.add(data.page);
    const step = /^paging\.(attempted|accepted|failed)$/.exec(event.type)?.[1];
    if (step !== "attempted" && step !== "accepted" && step !== "failed") continue;
    const chain = told.chains.get(data.delivery) ?? { ...noChain };
    chain[step]++;
    told.chains.set(data.delivery, chain);
  }
  return told;
}

type Seen = {
  accepted: readonly string[];
  requests: readonly Request[];
  kills: readonly number[];
  startMs: readonly number[];
};

/** Every alert that its sender was told is kept has a page, that reached somebody, who saw to it. */
function lost({ accepted, requests }: Seen, { pageOf, acknowledged }: Told): string[] {
  const reached = requests.filter(({ fate }) => fate === "taken").map(({ thread }) => thread);
  const taken = new Set(reached);
  return accepted.flatMap((name) => {
    const page = pageOf.get(name);
    if (page === undefined) return [`${name} was taken from its sender and has no page`];
    if (!taken.has(page)) return [`${name} reached nobody`];
    return acknowledged.has(page) ? [] : [`nobody sees to ${name}`];
  });
}

const saidYes = ({ fate }: Request): boolean => fate === "taken" || fate === "dropped";

/** The log may not claim what the far side did not say, nor be silent on what was sent. */
function untrue(byId: ReadonlyMap<string, readonly Request[]>, { chains }: Told): string[] {
  const wrong: string[] = [];
  for (const [id, requests] of byId) {
    const { attempted, accepted } = chains.get(id) ?? noChain;
    if (attempted < requests.length)
      wrong.push(`${id} was sent ${requests.length} times and attempted ${attempted} by the log`);
    const came = requests.filter(saidYes);
    if (accepted > came.length)
      wrong.push(
        `${id} is accepted ${accepted} times by the log, and the far side did ${requests.map(({ fate }) => fate).join(", ")}`,
      );
    for (const each of came.slice(1))
      if (!each.isMaybeDuplicate) wrong.push(`${id} came again and did not say so`);
  }
  for (const [id, { accepted }] of chains)
    if (accepted > 0 && !byId.has(id)) wrong.push(`${id} is accepted and was never sent`);
  return wrong;
}

/** Holds what the far sides saw against what the log says. */
export async function verdict(of: Seen & { log: Log }): Promise<Night> {
  const { kills, requests, startMs } = of;
  const told = read(of.log);
  const byId = Map.groupBy(requests, ({ id }) => id);
  let duplicates = 0;
  let perKill = 0;
  for (const each of byId.values()) {
    const came = each.filter(saidYes);
    const again = Math.max(0, came.length - 1);
    duplicates += again;
    if (again > 0) perKill = Math.max(perKill, again / Math.max(1, killsWithin(kills, came)));
  }
  const { brokenAt } = await of.log.verify();
  return {
    ...{ kills: kills.length, alerts: of.accepted.length, pages: told.pageOf.size },
    ...{ acknowledged: told.acknowledged.size, requests: requests.length, duplicates },
    duplicatesPerKill: perKill,
    beyondOnePerKill: beyondOne(byId, kills),
    startMsMedian: startMs.toSorted((a, b) => a - b)[startMs.length >> 1] ?? Number.NaN,
    wrong: [
      ...lost(of, told),
      ...untrue(byId, told),
      ...(brokenAt === undefined ? [] : [`the log's chain is broken at ${brokenAt}`]),
    ],
  };
}

/** How many kills fell between the first and the last time that a message came. */
const killsWithin = (kills: readonly number[], came: readonly Request[]): number => {
  const [first, last] = [came[0]?.at ?? 0, came.at(-1)?.at ?? 0];
  return kills.filter((at) => at >= first && at <= last).length;
};

/** A delivery is called by its page, the call, the person and the channel. */
const personOf = (id: string): string => id.split(".").at(-2) ?? id;

/** How much came again to a person when each kill may have repeated one message to them. */
function beyondOne(
  byId: ReadonlyMap<string, readonly Request[]>,
  kills: readonly number[],
): number {
  const repeats = [...byId].flatMap(([id, requests]) => {
    const came = requests.filter(saidYes);
    return came.slice(1).map(({ at: to }, n) => ({
      ...{ person: personOf(id), from: came[n]?.at ?? 0, to },
    }));
  });
  let beyond = 0;
  for (const own of Map.groupBy(repeats, ({ person }) => person).values()) {
    const free = new Set(kills);
    // Whichever ends first takes the first kill that can have caused it: no other order finds more.
    for (const { from, to } of own.toSorted((a, b) => a.to - b.to)) {
      const kill = kills.find((at) => at >= from && at <= to && free.has(at));
      if (kill === undefined) beyond++;
      else free.delete(kill);
    }
  }
  return beyond;
}
