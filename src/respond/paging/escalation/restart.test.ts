import type { Event } from "#kernel";
import { memoryDisk, openMemoryLog, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { accepted, attempted, type DeliveryName, intended, now as openNow } from "../contract.ts";
import { Config } from "../config.ts";
import { aGroup, ladder, minuteMs, world } from "../world.testing.ts";
import { acknowledge, type Known, turn } from "./decide.ts";
import { evolve, type Page, type PageEvent } from "./page.ts";
import { planOf } from "./plan.ts";

const openCount = 5_000;
const pendingCount = 200;
const config = { ...ladder, fuse: { calls: 1_000 } };
const parsed = Config.parse(config);

/** A message that was sent and taken before the restart. */
function taken({ data, stream = "" }: Event): Event[] {
  const of = { ...(data as DeliveryName), attempt: 1 };
  return [attempted({ ...of, isMaybeDuplicate: false }, { stream }), accepted(of, { stream })];
}

/** What the log holds of a page that was called for at an instant, and acknowledged or not. */
function history(group: string, at: number, isAcknowledged: boolean): Event[] {
  const known: Known = {
    now: at,
    planFor: ({ receiver, urgency }) => planOf(parsed, {}, { receiver, urgency, now: at }),
  };
  const told = aGroup({ group, since: at });
  const began = turn(undefined, { told, isClosed: false, urgency: "high" }, known);
  const sent = began.flatMap((each) => (each.type === intended.type ? taken(each) : []));
  if (!isAcknowledged) return [...began, ...sent];
  const page = began
    .filter(({ stream }) => stream === undefined)
    .reduce<Page | undefined>((so, each) => evolve(so, each as PageEvent, at), undefined);
  return page ? [...began, ...sent, ...acknowledge(page, { by: "ann", via: "link" }, known)] : [];
}

test(`after a restart with ${openCount} open pages and ${pendingCount} steps overdue, each comes once, in order, and no other`, async () => {
  const ports = testPorts();
  const { clock } = ports;
  const disk = memoryDisk();
  const before = openMemoryLog({ clock, disk });
  for (let i = 0; i < openCount; i++) {
    const isPending = i % (openCount / pendingCount) === 0;
    const group = `g-${i}`;
    const events = history(group, clock.now(), !isPending).map((each) => ({
      ...each,
      stream: each.stream ?? `paging/pages/${group}`,
    }));
    await before.append({ id: group, by: { kind: "system", id: "paging" }, events });
    if (isPending) await clock.advance(100);
  }
  for (const [reaction, done] of [
    ...(["climb", "lapse"] as const).map((each) => [each, 0] as const),
    ["send", before.head()] as const,
  ])
    before.bookmarks.set(`due/paging.${reaction}`, String(done));
  await before.close();
  await clock.advance(10 * minuteMs);
  const after = await world({ config, ports, disk });
  await using _ = after.castor;
  expect((await after.castor.ask(openNow, {})).open).toBe(openCount);
  await after.castor.advance(2_000);
  const climbs = after.castor
    .facts()
    .filter(({ event }) => event.type === "paging.climbed")
    .slice(openCount)
    .map(({ event }) => (event.data as { page: string }).page);
  const due = Array.from({ length: pendingCount }, (_, i) => `g-${i * (openCount / pendingCount)}`);
  expect(climbs).toEqual(due);
  const calls = after.phones.heard.filter(({ who }) => who === "ben");
  expect(calls.map(({ body }) => body["thread"])).toEqual(due);
  await after.castor.advance(minuteMs);
  expect(after.phones.heard.filter(({ who }) => who === "ben")).toHaveLength(pendingCount);
}, 30_000);
