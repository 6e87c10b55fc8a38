import { beforeEach, expect, spyOn, test } from "bun:test";
import { type GroupTold, replayBusy } from "../../alerts/contract.ts";
import { acknowledged, type PagesReplayed, replayInvalid } from "../contract.ts";
import { paging } from "../index.ts";
import { aGroup, ladder, minuteMs, person, type World, world } from "../world.testing.ts";
import { past } from "./told.testing.ts";

beforeEach(() => {
  past.turns = [];
  past.asked = [];
});

/** Tells of a group now, and notes it as what alerts would have told. */
async function tell(night: World, kind: "opened" | "closed", of: Partial<GroupTold> = {}) {
  const at = night.ports.clock.now();
  const isClosed = kind === "closed";
  const told = aGroup({ since: at, why: isClosed ? "resolved" : "new", ...of });
  past.turns.push({ at, told, isClosed });
  await night.tell(kind, told);
}
async function replayed(night: World, change: unknown = {}): Promise<PagesReplayed> {
  const text = typeof change === "string" ? change : JSON.stringify(change);
  const asked = night.castor.act("paging.replay", { change: text, days: 7 });
  await breathing(night, asked);
  return (await asked) as PagesReplayed;
}
/** It breathes by virtual time, but what it loads takes real time. */
async function breathing({ castor }: World, asked: Promise<unknown>): Promise<void> {
  let isOver = false;
  const end = (): void => void (isOver = true);
  asked.then(end, end);
  while (!isOver) {
    await castor.advance(1);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
const policy = (...steps: [who: string, after?: string][]) => ({
  paging: {
    policies: {
      default: {
        steps: steps.map(([who, after]) => ({ who: [who], ...(after ? { after } : {}) })),
      },
    },
  },
});

/** Ann is called and sleeps on; Ben is called after five minutes and answers two minutes later. */
async function aNight() {
  const night = await world({ config: ladder });
  await night.castor.advance(1_000);
  await tell(night, "opened");
  await night.castor.advance(7 * minuteMs);
  await night.tap("ben", "acknowledge");
  await night.castor.advance(20 * minuteMs);
  await tell(night, "closed");
  await night.castor.advance(minuteMs);
  return night;
}
const seconds = (ms: number | null | undefined): number => Math.round((ms ?? Number.NaN) / 1_000);

test("what is in force, replayed, calls as it did", async () => {
  const night = await aNight();
  await using _ = night.castor;
  const { calls, says } = await replayed(night);
  expect(says).toBe("As it was.");
  expect(calls).toMatchObject({
    ...{ pages: { was: 1, would: 1 }, calls: { was: 2, would: 2 } },
    unanswered: { was: 0, would: 0 },
    people: [
      { person: "ann", was: 1, would: 1 },
      { person: "ben", was: 1, would: 1 },
    ],
  });
  const { was, would } = calls?.medianMs ?? {};
  expect([seconds(was), seconds(would)]).toEqual([420, 420]);
});

test("who answered answers as fast when they are called first, and who did not still does not", async () => {
  const night = await aNight();
  await using _ = night.castor;
  const { calls } = await replayed(night, policy(["ben"], ["ann"]));
  expect(calls?.would).toMatchObject([{ acknowledgedBy: "ben", called: [{ person: "ben" }] }]);
  expect(calls?.says).toBe(
    "Would have called ben once as before, ann never instead of once. Half of it would have been seen to within 2 min instead of 7 min.",
  );
  const late = await replayed(night, policy(["ann", "15m"], ["ben"]));
  expect(seconds(late.calls?.would[0]?.acknowledgedAfterMs)).toBe(17 * 60);
  const alone = await replayed(night, policy(["ann", "10m"]));
  expect(alone.calls).toMatchObject({ calls: { would: 3 }, unanswered: { was: 0, would: 1 } });
  expect(alone.calls?.says).toContain("Nobody would have answered once instead of never");
});

test("whoever was not called then answers as they mostly do, or not at all", async () => {
  const night = await aNight();
  await using _ = night.castor;
  const labels = { alertname: "Disk", service: "blog" };
  const disk = { group: "g-2", key: "k-2", title: "A disk fills", service: "blog", labels };
  await tell(night, "opened", disk);
  await night.castor.advance(3 * minuteMs);
  await night.tap("ann", "acknowledge");
  await tell(night, "closed", disk);
  const { calls } = await replayed(night, policy(["ben"]));
  expect(
    calls?.would.map((each) => [each.acknowledgedBy, seconds(each.acknowledgedAfterMs)]),
  ).toEqual([
    ["ben", 120],
    ["ben", 120],
  ]);
  const none = await replayed(night, policy(["cem"]));
  expect(none.calls?.would.map((each) => each.acknowledgedBy)).toEqual([null, null]);
});

test("somebody who saw to it without being called would have done so all the same", async () => {
  const night = await world({ config: ladder });
  await using _ = night.castor;
  await tell(night, "opened");
  await night.castor.advance(minuteMs);
  await night.act("acknowledge", { page: "g-1" });
  await tell(night, "closed");
  const { calls } = await replayed(night, policy(["cem"]));
  expect(calls?.would).toMatchObject([{ acknowledgedBy: "tester" }]);
});

test("calls in the night are counted by the clock of whoever sleeps", async () => {
  const people = { ann: person("ann"), far: person("far", { zone: "Asia/Tokyo" }) };
  const config = { people, policies: { default: { steps: [{ who: ["ann"] }] } } };
  const night = await world({ config });
  await using _ = night.castor;
  const now = night.ports.clock.now();
  const toNoon = (86_400_000 * 1.5 - (now % 86_400_000)) % 86_400_000;
  await night.castor.advance(toNoon + 3 * 3_600_000); // 15:00 in London is midnight in Tokyo.
  await tell(night, "opened");
  await night.castor.advance(minuteMs);
  await tell(night, "closed");
  const { calls } = await replayed(night, policy(["far"]));
  expect(calls?.people).toMatchObject([
    { person: "ann", was: 1, would: 0, atNight: { was: 0, would: 0 } },
    { person: "far", was: 0, would: 1, atNight: { was: 0, would: 1 } },
  ]);
});

test("a page that nobody ever sees to ends the replay as well", async () => {
  const night = await world({ config: ladder });
  await using _ = night.castor;
  await tell(night, "opened");
  await night.castor.advance(10 * 3_600_000);
  const { calls } = await replayed(night, policy(["cem", "1m"]));
  expect(calls?.calls.would).toBe(501);
});

test("what is for alerts goes to alerts, and a change that cannot be read says why", async () => {
  const night = await world({ config: ladder });
  await using _ = night.castor;
  await replayed(night, "route: { groupBy: [service] }");
  await replayed(night, { alerts: { reopenWithin: "1h" }, ...policy(["ben"]) });
  expect(past.asked).toEqual([
    { change: "route: { groupBy: [service] }", days: 7 },
    { change: '{"reopenWithin":"1h"}', days: 7 },
  ]);
  for (const change of [
    ...["paging: { people: {} }", "paging: { policies: { a: { steps: [] } } }", "paging: ["],
    ...["{ paging: {}, gateway: {} }", "paging: { policies: { a: { steps: [{ who: [zoe] }] } } }"],
  ])
    expect(await replayed(night, change)).toMatchObject({ problem: replayInvalid });
});

test("one replays at a time, and control gets its turn after each thousand facts that are read", async () => {
  const night = await aNight();
  await using _ = night.castor;
  const taps = Array.from({ length: 2_500 }, () =>
    acknowledged({ page: "g-1", by: "ann", via: "console", until: 0 }),
  );
  await night.castor.castor
    .effects(paging, { actor: { kind: "system", id: "test" } })
    .record("pages/g-1", taps);
  const page = night.log.page.bind(night.log);
  const readAt: number[] = [];
  const reading = spyOn(night.log, "page").mockImplementation((of) => {
    if (of.backwards === true && of.limit === 1_000) readAt.push(night.ports.clock.now());
    return page(of);
  });
  const asked = night.castor.act("paging.replay", { days: 7 });
  const others = await Promise.all(
    Array.from({ length: 3 }, () => night.castor.act("paging.replay", { days: 7 })),
  );
  expect(others).toMatchObject(others.map(() => ({ problem: replayBusy })));
  await breathing(night, asked);
  expect(await asked).toMatchObject({ says: "As it was." });
  reading.mockRestore();
  // Three pages of the ladder's facts and one with nothing more, and so of what became of messages; never two at the same time.
  expect(readAt).toHaveLength(6);
  expect(new Set(readAt).size).toBe(6);
  expect(await replayed(night)).toMatchObject({ says: "As it was." });
});

test("a phone that was broken that night stays broken in the replay, and costs no time", async () => {
  const night = await world({ config: ladder });
  await using _ = night.castor;
  night.phones.moods.set("ann", "refuses");
  await tell(night, "opened");
  await night.castor.advance(2 * minuteMs);
  await night.tap("ben", "acknowledge");
  await tell(night, "closed");
  await night.castor.advance(minuteMs);
  const { calls } = await replayed(night);
  expect(calls).toMatchObject({ calls: { was: 2, would: 2 }, unanswered: { was: 0, would: 0 } });
  expect(seconds(calls?.would[0]?.acknowledgedAfterMs)).toBe(120);
  // Ann did not hear it, so nothing says that she would sleep on; but hers is the only phone of this policy.
  const alone = await replayed(night, policy(["ann", "10m"]));
  expect(alone.calls).toMatchObject({ unanswered: { would: 1 } });
});

test("whoever could not be reached then is not taken for somebody who sleeps on", async () => {
  const night = await world({ config: ladder });
  await using _ = night.castor;
  const disk = { group: "g-2", key: "k-2", title: "A disk fills", labels: { alertname: "Disk" } };
  await tell(night, "opened", disk);
  await night.castor.advance(3 * minuteMs);
  await night.tap("ann", "acknowledge");
  await tell(night, "closed", disk);
  await night.castor.advance(60 * minuteMs);
  night.phones.moods.set("ann", "refuses");
  await tell(night, "opened");
  await night.castor.advance(2 * minuteMs);
  await night.tap("ben", "acknowledge");
  night.phones.moods.set("ann", "ok");
  await night.act("test", { person: "ann" });
  await night.castor.advance(20 * minuteMs);
  await tell(night, "closed");
  const { calls } = await replayed(night, policy(["cem", "5m"], ["ann"]));
  expect(calls?.would.at(-1)).toMatchObject({ acknowledgedBy: "ann" });
});
