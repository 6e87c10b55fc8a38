import { expect, test } from "bun:test";
import { nobodyThere, now, page, pageOver, unknownPage, unknownPerson, who } from "../contract.ts";
import { killed, minuteMs, person, phone, seenTo, world } from "../world.testing.ts";

const hourMs = 60 * minuteMs;

test("it climbs from one to the next, begins again after the last, and ends with an acknowledgement", async () => {
  const { castor, phones, tell, tap } = await world();
  await using _ = castor;
  await tell("opened");
  expect(phones.calls()).toEqual(["ann"]);
  await castor.advance(15 * minuteMs);
  expect(phones.calls()).toEqual(["ann", "ben", "cem", "ann"]);
  expect((await tap("cem", "acknowledge")).status).toBe(303);
  const called = phones.calls().length;
  await castor.advance(50 * minuteMs);
  expect(phones.calls()).toHaveLength(called);
  expect((await castor.ask(now, {})).pages[0]).toMatchObject({ acknowledgedBy: "cem" });
});

test("who acknowledged and is not done in time is called again", async () => {
  const { castor, phones, tell, tap } = await world();
  await using _ = castor;
  await tell("opened");
  await tap("ann", "acknowledge");
  await castor.advance(61 * minuteMs);
  expect(phones.calls()).toEqual(["ann", "ann"]);
  await tell("closed", { why: "resolved", firing: 0, quiet: true });
  await castor.advance(3 * hourMs);
  expect(phones.calls()).toEqual(["ann", "ann"]);
});

test("steps without people are skipped at once, and a policy of nobody calls everybody", async () => {
  const people = { ann: person("ann"), ben: person("ben") };
  const teams = { shop: { layers: [] } };
  const nobody = { steps: [{ who: ["team:shop"] }] };
  const policies = { default: { steps: [...nobody.steps, { who: ["ben"] }] }, nobody };
  const of = { config: { people, policies }, onCallConfig: { teams } };
  const { castor, phones, tell } = await world(of);
  await using _ = castor;
  await tell("opened");
  expect(phones.calls()).toEqual(["ben"]);
  await tell("opened", { group: "g-2", receiver: "nobody" });
  expect(phones.calls().slice(1).toSorted()).toEqual(["ann", "ben"]);
});

test("what can wait does not wake anybody, and what got worse does", async () => {
  const ann = person("ann", { zone: "Europe/Paris", wakes: "08:00", sleeps: "22:00" });
  const { castor, phones, tell, ports } = await world({ config: { people: { ann } } });
  await using _ = castor;
  await tell("opened", { severity: "warning" });
  await tell("opened", { severity: "warning", group: "g-2" });
  await castor.advance(6 * hourMs);
  expect(phones.heard).toEqual([]);
  await tell("changed", { severity: "critical", why: "worse", group: "g-2" });
  expect(phones.calls()).toEqual(["ann"]);
  await castor.advance(2 * hourMs);
  // The clock begins at midnight UTC, one o'clock in Paris.
  const morning = phones.heard.find(({ body }) => body["thread"] === "g-1");
  expect(morning?.at).toBe(Date.UTC(2026, 0, 1, 7));
  expect(ports.clock.now()).toBeGreaterThan(Date.UTC(2026, 0, 1, 7));
});

test("what returns soon wakes nobody anew if somebody had seen to it, and does if nobody had", async () => {
  const { castor, phones, tell, tap } = await world();
  await using _ = castor;
  const again = async (group: string): Promise<void> => {
    await tell("closed", { group, why: "resolved", quiet: true });
    await tell("opened", { group, why: "reopened", quiet: true });
  };
  await tell("opened");
  await tap("ann", "acknowledge");
  await again("g-1");
  expect(phones.calls()).toEqual(["ann"]);
  await tell("opened", { group: "g-2" });
  await again("g-2");
  expect(phones.calls()).toEqual(["ann", "ann", "ann"]);
});

test("a person escalates, reassigns, and closes; what is over or unknown is said to be so", async () => {
  const { castor, phones, tell, act } = await world();
  await using _ = castor;
  await tell("opened");
  await act("escalate", { page: "g-1" });
  expect(phones.calls()).toEqual(["ann", "ben"]);
  await act("reassign", { page: "g-1", to: "cem" });
  expect(phones.calls()).toEqual(["ann", "ben", "cem"]);
  await castor.advance(5 * minuteMs);
  expect(phones.calls()).toEqual(["ann", "ben", "cem", "ann"]);
  expect(await act("acknowledge", { page: "g-1" })).toEqual({ done: true });
  expect(await act("acknowledge", { page: "g-1" })).toEqual({ done: false });
  expect(await act("resolve", { page: "g-1" })).toEqual({ done: true });
  const problem = (type: { type: string }) => ({ problem: { type: type.type } });
  expect(await act("escalate", { page: "g-1" })).toMatchObject(problem(pageOver));
  expect(await act("resolve", { page: "none" })).toMatchObject(problem(unknownPage));
  await tell("opened", { group: "g-2" });
  expect(await act("reassign", { page: "g-2", to: "eve" })).toMatchObject(problem(unknownPerson));
});

test("people are called for what no alert told of; without people nothing pages", async () => {
  const { castor, phones } = await world();
  await using _ = castor;
  await castor.act("paging.raise", { title: "The shop smells of smoke" });
  await castor.advance(100);
  expect(phones.calls()).toEqual(["ann"]);
  const empty = await world({ config: {} });
  await using __ = empty.castor;
  await empty.tell("opened");
  expect(empty.types()).toEqual([]);
  const refused = await empty.castor.act("paging.raise", { title: "Smoke" });
  expect(refused).toMatchObject({ problem: { type: nobodyThere.type } });
});

test("a restart repeats nothing, and what was due meanwhile comes at once, in order", async () => {
  const first = await world();
  await first.tell("opened");
  await first.tell("opened", { group: "g-2" });
  await first.castor.advance(minuteMs);
  await first.tap("ann", "acknowledge");
  const second = await killed(first, 20 * minuteMs);
  await using _ = second.castor;
  await second.castor.advance(1_000);
  const after = second.phones.heard.slice(2).filter(({ body }) => body["type"] === "paging.call");
  expect(after.map(({ who: each, body }) => [each, body["thread"]])).toEqual([["ben", "g-1"]]);
  await second.castor.advance(minuteMs);
  expect(second.phones.calls()).toEqual(["ann", "ann", "ben"]);
});

test("who would be called is known beforehand, with times and channels", async () => {
  const ann = {
    zone: "Europe/Paris",
    channels: [phone("ann"), phone("ann-sms", { name: "sms", after: "2m" })],
  };
  const { castor } = await world({ config: { people: { ann } } });
  await using _ = castor;
  const { steps, urgency } = await castor.ask(who, { receiver: "default", severity: "critical" });
  expect(urgency).toBe("high");
  expect(
    steps[1]?.callees[0]?.ways.map(({ channel, at }) => [channel, at - Date.UTC(2026, 0, 1)]),
  ).toEqual([
    ["webhook", 0],
    ["sms", 2 * minuteMs],
  ]);
  const low = await castor.ask(who, { receiver: "default", severity: "warning" });
  expect(low.steps[1]?.callees[0]?.ways[0]?.at).toBe(Date.UTC(2026, 0, 1, 7));
});

test("a page tells what changed before, and how each message went", async () => {
  const { castor, tell, phones } = await world();
  await using _ = castor;
  await tell("opened", { annotations: { runbook_url: "https://wiki.example/checkout" } });
  const shown = await castor.ask(page, { page: "g-1" });
  expect(shown).toMatchObject({ runbook: "https://wiki.example/checkout", phase: "triggered" });
  expect(shown.changes.map(({ says }) => says)).toEqual(["shop 2.4.1 was deployed"]);
  expect(phones.heard[0]?.body["lines"]).toContain("Changed just before: shop 2.4.1 was deployed");
  expect(shown.deliveries).toMatchObject([{ person: "ann", state: "accepted", attempts: 1 }]);
  expect(shown.history.map(({ type }) => type)).toEqual(["paging.triggered", "paging.climbed"]);
});

test("alerts hear who saw to it, so that nobody thinks it was over by itself", async () => {
  const { castor, tell, tap } = await world();
  await using _ = castor;
  seenTo.length = 0;
  await tell("opened");
  await tap("ann", "acknowledge");
  expect(seenTo).toEqual([{ group: "g-1", by: "ann" }]);
});

test("what is only worth knowing calls nobody; once it is worse it does, from the first step", async () => {
  const { castor, phones, tell } = await world();
  await using _ = castor;
  await tell("opened", { severity: "info" });
  await castor.advance(6 * hourMs);
  expect(phones.asked).toEqual([]);
  expect((await castor.ask(who, { severity: "info" })).urgency).toBe("none");
  await tell("changed", { severity: "critical", why: "worse" });
  expect(phones.calls()).toEqual(["ann"]);
  await tell("changed", { severity: "info", why: "shrank", quiet: true });
  await castor.advance(6 * minuteMs);
  expect(phones.calls()).toEqual(["ann"]);
  await castor.advance(2 * hourMs - 5 * minuteMs);
  // That it is milder does not end a page that nobody answered: it goes on in the morning.
  expect(phones.calls()).toEqual(["ann", "ben"]);
});
