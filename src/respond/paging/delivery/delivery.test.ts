import { expect, test } from "bun:test";
import { accepted as mailAccepted, delayed } from "../../../platform/mail/contract.ts";
import { shown } from "../../../platform/push/contract.ts";
import { landed, page, people } from "../contract.ts";
import { killed, ladder, minuteMs, ordered, person, phone, world } from "../world.testing.ts";

const states = async (
  { castor }: Pick<Awaited<ReturnType<typeof world>>, "castor">,
  id = "g-1",
): Promise<string[]> =>
  (await castor.ask(page, { page: id })).deliveries.map(
    ({ person: who, channel, state }) => `${who}/${channel} ${state}`,
  );

test("what failed for now is sent again under the same id, until it is taken", async () => {
  const { castor, phones, tell } = await world({ config: { people: { ann: person("ann") } } });
  await using _ = castor;
  phones.moods.set("ann", "fails");
  await tell("opened");
  await castor.advance(20_000);
  phones.moods.set("ann", "ok");
  await castor.advance(minuteMs);
  expect(new Set(phones.asked.map(({ id }) => id)).size).toBe(1);
  expect(phones.calls()).toEqual(["ann"]);
  expect(phones.heard[0]?.body["isMaybeDuplicate"]).toBe(false);
});

for (const mood of ["refuses", "fails", "hangs"] as const)
  test(`a channel that ${mood} hands over to the next one of the same person at once`, async () => {
    const channels = [phone("ann"), phone("ann-late", { name: "late", after: "3m" })];
    const { castor, phones, tell } = await world({ config: { people: { ann: { channels } } } });
    await using _ = castor;
    phones.moods.set("ann", mood);
    await tell("opened");
    await castor.advance(11_000);
    expect(phones.calls()).toEqual(["ann-late"]);
    await castor.advance(3 * minuteMs);
    expect(phones.calls()).toEqual(["ann-late"]);
  });

test("when nobody in a step can be reached the next step comes at once, but the ladder does not spin", async () => {
  const { castor, phones, tell, types } = await world();
  await using _ = castor;
  phones.moods.set("ann", "refuses").set("ben", "hangs");
  await tell("opened");
  await castor.advance(11_000);
  expect(phones.calls()).toEqual(["cem"]);
  phones.moods.set("*", "refuses").set("ann", "refuses").set("ben", "refuses");
  await castor.advance(60 * minuteMs);
  expect(types().filter((type) => type === "paging.climbed").length).toBeLessThan(60);
});

test("an acknowledgement takes back what still waits, and tells the others once, without a sound", async () => {
  const channels = [phone("ann"), phone("ann-sms", { name: "sms", after: "2m" })];
  const people2 = { ...ladder.people, ann: { channels } };
  const world1 = await world({ config: { ...ladder, people: people2 } });
  const { castor, phones, tell, tap } = world1;
  await using _ = castor;
  await tell("opened");
  await castor.advance(5 * minuteMs + 100);
  expect(phones.calls()).toEqual(["ann", "ann-sms", "ben"]);
  await tap("ben", "acknowledge");
  const updates = phones.heard.filter(({ body }) => body["type"] === "paging.update");
  expect(updates.map(({ who, body }) => [who, body["isQuiet"], body["state"]])).toEqual([
    ["ann", true, "acknowledged"],
    ["ann-sms", true, "acknowledged"],
  ]);
  await tell("closed", { why: "resolved", quiet: true });
  expect(phones.calls("paging.update")).toHaveLength(5);
});

test("what is not needed any more is dropped, and the proof says why", async () => {
  const channels = [phone("ann"), phone("ann-sms", { name: "sms", after: "2m" })];
  const world1 = await world({ config: { people: { ann: { channels } } } });
  await using _ = world1.castor;
  await world1.tell("opened");
  await world1.tap("ann", "acknowledge");
  await world1.castor.advance(5 * minuteMs);
  expect(await states(world1)).toEqual(["ann/sms dropped", "ann/webhook accepted"]);
  const { pages } = await world1.castor.ask(landed, {});
  expect(pages).toMatchObject([{ page: "g-1", acknowledgedBy: "ann", called: ["ann"] }]);
});

test("killed between attempt and answer, it is sent again, once, and says that it may be the second time", async () => {
  const first = await world({ config: { people: { ann: person("ann") } } });
  first.phones.moods.set("ann", "hangs");
  await first.tell("opened");
  expect(first.types().at(-1)).toBe("paging.attempted");
  first.phones.moods.set("ann", "ok");
  const second = await killed(first, 1_000);
  await using _ = second.castor;
  await second.castor.advance(1_000);
  expect(second.phones.heard.map(({ body }) => body["isMaybeDuplicate"])).toEqual([true]);
  expect(new Set(second.phones.asked.map(({ id }) => id)).size).toBe(1);
  const third = await killed(second, 1_000);
  await using __ = third.castor;
  await third.castor.advance(minuteMs);
  expect(third.phones.heard).toHaveLength(1);
});

test("what may have arrived says so each time that it is sent again", async () => {
  const { castor, phones, tell } = await world({ config: { people: { ann: person("ann") } } });
  await using _ = castor;
  phones.moods.set("ann", "hangs");
  await tell("opened");
  await castor.advance(15_000);
  phones.moods.set("ann", "fails");
  await castor.advance(20_000);
  phones.moods.set("ann", "ok");
  await castor.advance(2 * minuteMs);
  const marks = phones.asked.map(({ body }) => body["isMaybeDuplicate"]);
  expect(marks.length).toBeGreaterThan(2);
  expect(marks).toEqual([false, ...marks.slice(1).map(() => true)]);
});

test("a storm is a few calls and one digest, whose one tap sees to all of it", async () => {
  const { castor, phones, tell, tap, send } = await world({
    config: { people: { ann: person("ann") } },
  });
  await using _ = castor;
  for (let i = 0; i < 40; i++) await tell("opened", { group: `g-${i}`, severity: "error" });
  await castor.advance(minuteMs);
  expect(phones.calls()).toHaveLength(5);
  const digests = phones.heard.filter(({ body }) => body["type"] === "paging.digest");
  expect(digests.map(({ body }) => body["title"])).toEqual(["35 more problems need somebody"]);
  const link = new URL(String(digests[0]?.body["url"])).pathname;
  const overview = await (await send(link)).text();
  expect(overview).toContain("35 PROBLEMS");
  const each = [...overview.matchAll(/class="one" href="([^"]+)"/g)].map(([, to = ""]) => to);
  expect(each).toHaveLength(35);
  expect(await (await send(`/in/page/${each[0]}`)).text()).toContain(">Acknowledge<");
  await tap("ann", "acknowledge");
  await castor.advance(4 * minuteMs);
  const facts = castor.facts().filter(({ event }) => event.type === "paging.acknowledged");
  expect(facts).toHaveLength(35);
});

test("something critical passes the fuse, and no storm passes for ever", async () => {
  const { castor, phones, tell } = await world({ config: { people: { ann: person("ann") } } });
  await using _ = castor;
  for (let i = 0; i < 8; i++) await tell("opened", { group: `e-${i}`, severity: "error" });
  expect(phones.calls()).toHaveLength(5);
  for (let i = 0; i < 30; i++) await tell("opened", { group: `c-${i}` });
  expect(phones.calls()).toHaveLength(15);
});

test("mail tells later what became of it: late, it costs no time; taken after all, that stands", async () => {
  ordered.length = 0;
  const channels = [{ kind: "email", to: "ann@example.com" }, phone("ann", { after: "10m" })];
  const world1 = await world({ config: { people: { ann: { channels } } } });
  const { castor, phones, tell, mailFx } = world1;
  await using _ = castor;
  await tell("opened");
  const letter = String(ordered[0]?.input["id"]);
  const wakes = { to: "ann@example.com", isUrgent: true, isImportant: true };
  expect(ordered[0]).toMatchObject({ name: "mail.send", input: wakes });
  expect(await states(world1)).toEqual(["ann/email sending", "ann/webhook intended"]);
  const about = { letter, purpose: "paging.page", tries: 1 };
  await mailFx.record(letter, [delayed({ ...about, why: "the server is away" })]);
  await castor.advance(100);
  expect(phones.calls()).toEqual(["ann"]);
  await mailFx.record(letter, [mailAccepted(about)]);
  await castor.advance(100);
  expect(await states(world1)).toEqual(["ann/email accepted", "ann/webhook accepted"]);
});

test("a device that showed it and a tap on it are proof", async () => {
  const channels = [{ kind: "push", account: "ann@example.com" }];
  const { castor, tell, pushFx } = await world({ config: { people: { ann: { channels } } } });
  await using _ = castor;
  await tell("opened");
  const { deliveries } = await castor.ask(page, { page: "g-1" });
  const id = deliveries[0]?.delivery ?? "";
  for (const what of ["shown", "tapped"] as const)
    await pushFx.record("receipts", [shown({ id, device: "d-1", what })]);
  await castor.advance(100);
  const after = await castor.ask(page, { page: "g-1" });
  expect(after.deliveries[0]?.deliveredAt).toBeGreaterThan(0);
  expect(after.history.at(-1)?.type).toBe("paging.seen");
});

test("a test reaches each channel, and how channels fare is shown", async () => {
  const channels = [phone("ann"), phone("ann-sms", { name: "sms" })];
  const { castor, phones, act } = await world({ config: { people: { ann: { channels } } } });
  await using _ = castor;
  phones.moods.set("ann-sms", "refuses");
  await act("test", { person: "ann" });
  expect(phones.calls("paging.test")).toEqual(["ann"]);
  const [ann] = (await castor.ask(people, {})).people;
  expect(ann?.channels.map(({ channel, why }) => [channel, why])).toEqual([
    ["webhook", null],
    ["sms", "ann-sms.phone answered 404: no such phone"],
  ]);
});
