import { expect, test } from "bun:test";
import { memoryDisk, openMemoryLog, testPorts } from "#kernel/testing";
import { groupOpened } from "../../alerts/contract.ts";
import { intended, overlooked } from "../contract.ts";
import { aGroup, minuteMs, person, world } from "../world.testing.ts";

const told = ({ castor }: Awaited<ReturnType<typeof world>>): string[] =>
  castor
    .facts()
    .filter(({ event }) => event.type === overlooked.type)
    .map(({ event }) => (event.data as { what: string }).what);

test("nothing is overlooked on an ordinary night", async () => {
  const night = await world();
  await using _ = night.castor;
  await night.tell("opened");
  await night.castor.advance(30 * minuteMs);
  await night.tap("cem", "acknowledge");
  await night.castor.advance(90 * minuteMs);
  expect(told(night)).toEqual([]);
});

test("an alert that nothing reacted to gets its page, and that is told over the fallback", async () => {
  const people = { ann: person("ann"), siren: person("siren") };
  const policies = { default: { steps: [{ who: ["ann"] }] } };
  const ports = testPorts();
  const disk = memoryDisk();
  const away = openMemoryLog({ clock: ports.clock, disk });
  await away.append({
    ...{ id: "unheard", by: { kind: "system", id: "test" } },
    events: [{ ...groupOpened(aGroup()), stream: "alerts/groups/g-1" }],
  });
  // A reaction that was parked looks like this: it has passed the fact, and nothing was done.
  away.bookmarks.set("on/paging.alerts.group-opened", "1");
  await away.close();
  const night = await world({ config: { people, policies, fallback: "siren" }, ports, disk });
  await using _ = night.castor;
  await night.castor.advance(minuteMs - 1_000);
  expect(night.phones.heard).toEqual([]);
  await night.castor.advance(minuteMs);
  expect(night.phones.calls().toSorted()).toEqual(["ann", "siren"]);
  expect(told(night)).toEqual(["an alert had no page"]);
});

test("a message that was lost between intent and attempt goes out, and that is told", async () => {
  const night = await world({ config: { people: { ann: person("ann") } } });
  await night.tell("opened");
  await night.tap("ann", "acknowledge");
  const lost = { page: "g-1", person: "ann", channel: "webhook" };
  const at = night.ports.clock.now();
  night.log.tear();
  night.castor.castor.abandon();
  const { disk, ports, phones } = night;
  const away = openMemoryLog({ clock: ports.clock, disk });
  const delivery = "g-1.9.ann.webhook";
  const events = [intended({ delivery, ...lost, kind: "test", call: 9, at })];
  const by = { kind: "system", id: "test" } as const;
  const stream = "paging/deliveries/lost";
  await away.append({ id: "lost", by, events: events.map((each) => ({ ...each, stream })) });
  // The deadline was marked as done, and nothing was sent.
  away.bookmarks.set(`due/paging.send/${away.head()}`, "done");
  await away.close();
  const after = await world({ ...night.of, ports: { ...testPorts(), ...ports }, disk, phones });
  await using _ = after.castor;
  await after.castor.advance(2 * minuteMs);
  expect(phones.calls("paging.test")).toEqual(["ann"]);
  expect(told(after)).toEqual(["ann (webhook) was not tried in time"]);
});

test("a watchdog hears a beat each minute, and none once pages are not looked after", async () => {
  const config = {
    people: { ann: person("ann") },
    watchdogs: [{ url: "http://watchdog.phone/beat" }],
  };
  const night = await world({ config });
  await using _ = night.castor;
  await night.castor.advance(10 * minuteMs);
  const beats = night.phones.heard.filter(({ who }) => who === "watchdog");
  expect(beats.length).toBeGreaterThanOrEqual(9);
  expect(beats.length).toBeLessThanOrEqual(11);
});

test("before a shift each channel of whoever is next is tried, once, without a sound", async () => {
  const people = { ann: person("ann"), ben: person("ben") };
  const layers = [{ members: ["ann", "ben"], start: "2025-12-31 06:00", every: "1d" }];
  const night = await world({ config: { people }, onCallConfig: { teams: { shop: { layers } } } });
  await using _ = night.castor;
  await night.castor.advance(3 * 60 * minuteMs);
  expect(night.phones.calls("paging.canary")).toEqual([]);
  await night.castor.advance(3 * 60 * minuteMs);
  expect(night.phones.calls("paging.canary")).toEqual(["ben"]);
  expect(night.phones.heard[0]?.body["isQuiet"]).toBe(true);
});
