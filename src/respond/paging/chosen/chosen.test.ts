import { expect, test } from "bun:test";
import { isRefusal } from "#kernel";
import { erased } from "../../../platform/privacy/contract.ts";
import { privacy } from "../../../platform/privacy/index.ts";
import { channelRefused, notYours, people, unknownChannel, unknownPerson } from "../contract.ts";
import { killed, minuteMs, person, phone, world, type World } from "../world.testing.ts";

const ann = person("ann", { account: "ann@shop.example" });
const ben = person("ben");
const config = { people: { ann, ben }, policies: { default: { steps: [{ who: ["ann"] }] } } };
const wayOf = async ({ castor }: World, who: string): Promise<string[]> =>
  (await castor.ask(people, {})).people
    .find((each) => each.person === who)
    ?.channels.map(({ channel, afterMs }) => `${channel} ${afterMs / minuteMs}`) ?? [];
const typeOf = (answer: unknown): string | undefined =>
  isRefusal(answer) ? answer.problem.type : undefined;
const admin = (night: World) => night.signedIn("boss@shop.example", "admin");
const late = phone("ann-late", { name: "late", after: "2m" });

test("who adds a channel is called over it, in the order they give, also after a restart", async () => {
  const night = await world({ config });
  const before = admin(night);
  await before("add-channel", { person: "ann", channel: late });
  expect(await wayOf(night, "ann")).toEqual(["webhook 0", "late 2"]);
  await before("change-channel", { person: "ann", channel: "late", after: "0s", place: 1 });
  await before("change-channel", { person: "ann", channel: "webhook", after: "1m" });
  const after = await killed(night, 1_000);
  await using _ = after.castor;
  expect(await wayOf(after, "ann")).toEqual(["late 0", "webhook 1"]);
  await after.tell("opened");
  expect(after.phones.calls()).toEqual(["ann-late"]);
  await after.castor.advance(2 * minuteMs);
  expect(after.phones.calls()).toEqual(["ann-late", "ann"]);
  await admin(after)("remove-channel", { person: "ann", channel: "webhook" });
  expect(await wayOf(after, "ann")).toEqual(["late 0"]);
  await admin(after)("reset-channels", { person: "ann" });
  expect(await wayOf(after, "ann")).toEqual(["webhook 0"]);
  expect((await after.castor.ask(people, {})).people.map(({ isChosen }) => isChosen)).toEqual([
    ...[false, false],
  ]);
});

test("where a channel leads is in the log only sealed", async () => {
  const night = await world({ config });
  await using _ = night.castor;
  await admin(night)("add-channel", { person: "ann", channel: late });
  const raw = night.log.page({ after: 0 }).map(({ event }) => JSON.stringify(event));
  expect(raw.filter((each) => each.includes("paging.channels-chosen"))).toHaveLength(1);
  expect(raw.filter((each) => each.includes("ann-late.phone"))).toEqual([]);
});

test("what an erased person chose is used no more, at once, and others' stays", async () => {
  const night = await world({ config });
  await using _ = night.castor;
  // As privacy does: the key goes, then the fact is there.
  const erase = async (subject: string): Promise<void> => {
    night.ports.sealer.erase(subject);
    const fx = night.castor.castor.effects(privacy, { actor: { kind: "system", id: "test" } });
    await fx.record(subject, [erased({ subject })]);
  };
  const as = night.signedIn("ann@shop.example", "admin");
  await as("add-channel", { channel: late });
  await as("add-channel", { person: "ben", channel: phone("ben-late", { name: "late" }) });
  expect(await wayOf(night, "ann")).toEqual(["webhook 0", "late 2"]);
  await erase("ann@shop.example");
  expect(await wayOf(night, "ann")).toEqual(["webhook 0"]);
  expect(await wayOf(night, "ben")).toEqual(["webhook 0", "late 0"]);
  await erase("paging.ben");
  expect(await wayOf(night, "ben")).toEqual(["webhook 0"]);
  await as("add-channel", { channel: late });
  expect(await wayOf(night, "ann")).toEqual(["webhook 0", "late 2"]);
});

test("what cannot work, comes twice, or would leave nobody to call is refused", async () => {
  const night = await world({ config });
  await using _ = night.castor;
  const add = (channel: object): Promise<unknown> =>
    admin(night)("add-channel", { person: "ann", channel });
  expect(typeOf(await add(phone("ann")))).toBe(channelRefused.type);
  expect(typeOf(await add({ kind: "telegram", to: "123456" }))).toBe(channelRefused.type);
  const last = { person: "ann", channel: "webhook" };
  expect(typeOf(await admin(night)("remove-channel", last))).toBe(channelRefused.type);
  const none = { person: "ann", channel: "none" };
  expect(typeOf(await admin(night)("remove-channel", none))).toBe(unknownChannel.type);
  expect(typeOf(await admin(night)("reset-channels", { person: "eve" }))).toBe(unknownPerson.type);
  for (let n = 1; n < 10; n++) await add(phone("ann", { name: `n-${n}` }));
  expect(typeOf(await add(phone("ann", { name: "one-more" })))).toBe(channelRefused.type);
});

test("people change their own channels, admins anybody's; only admins name an address that nobody named", async () => {
  const night = await world({ config });
  await using _ = night.castor;
  const as = night.signedIn("ann@shop.example", "responder");
  expect(typeOf(await as("remove-channel", { person: "ben", channel: "webhook" }))).toBe(
    notYours.type,
  );
  const inside = { kind: "ntfy", server: "http://10.0.0.1", topic: "x" };
  expect(typeOf(await as("add-channel", { channel: inside }))).toBe(channelRefused.type);
  expect(await as("add-channel", { channel: { kind: "ntfy", topic: "secret-topic" } })).toEqual({
    channels: ["webhook", "ntfy"],
  });
  expect(await admin(night)("add-channel", { person: "ben", channel: inside })).toEqual({
    channels: ["webhook", "ntfy"],
  });
  // A token that calls itself ann is not ann.
  const stranger = night.signedIn("eve@shop.example", "responder", "ann");
  expect(typeOf(await stranger("reset-channels", {}))).toBe(unknownPerson.type);
  expect(typeOf(await stranger("reset-channels", { person: "ann" }))).toBe(notYours.type);
});
