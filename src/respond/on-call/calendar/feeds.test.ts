import { icalOf } from "#kernel";
import ICAL from "ical.js";
import { httpApi, testAuth } from "#kernel/testing";
import { describe, expect, test } from "bun:test";
import { feeds, unknownFeed } from "../contract.ts";
import { dayMs, hourMs, team } from "../on-call.testing.ts";

/** As a calendar program reads it: ical.js knows nothing of how it was written. */
const entriesIn = (text: string) =>
  new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent").map((each) => {
    const { uid, summary, description, startDate, endDate } = new ICAL.Event(each);
    const [from, to] = [startDate, endDate].map((date) => date.toJSDate().getTime());
    return { uid, summary, description, from: from ?? 0, to: to ?? 0 };
  });

async function subscribed(members: string[], of: object) {
  const shop = await team(members);
  const fetch = httpApi({
    castor: shop.castor.castor,
    auth: testAuth({ clock: shop.ports.clock }),
  });
  const made = (await shop.castor.act("on-call.make-feed", of)) as { id: string; path: string };
  const read = (path = made.path) => fetch(new Request(`http://castor.test${path}`), "127.0.0.1");
  const entries = async () => entriesIn(await (await read()).text());
  return { ...shop, made, read, entries };
}

test("a team's calendar says who is on call, as the timeline does", async () => {
  const shop = await subscribed(["ann", "ben"], { team: "shop" });
  await using _ = shop.castor;
  const answer = await shop.read();
  expect(answer.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
  const from = shop.ports.clock.now();
  const ahead = (await shop.entries()).filter((each) => each.to > from);
  for (const { member, from: begins, to } of await shop.shifts(from)) {
    const middle = (begins + to) / 2;
    const entry = ahead.find((each) => each.from <= middle && each.to > middle);
    expect(entry?.summary).toBe(`${member} is on call (shop)`);
  }
  for (let k = 1; k < ahead.length; k++) expect(ahead[k]?.from).toBe(ahead[k - 1]?.to ?? 0);
  expect(new Set(ahead.map(({ uid }) => uid)).size).toBe(ahead.length);
});

test("a person's calendar holds their shifts only, with a reminder, and follows a stand-in", async () => {
  const shop = await subscribed(["ann", "ben"], { member: "ann" });
  await using _ = shop.castor;
  const before = await shop.entries();
  expect(new Set(before.map(({ summary }) => summary))).toEqual(new Set(["On call: shop"]));
  expect(await (await shop.read()).text()).toContain("TRIGGER:-PT30M");
  const next = before.find(({ from }) => from > shop.ports.clock.now());
  const taken = { from: next?.from ?? 0, to: next?.to ?? 0 };
  await shop.act("take-over", { member: "eve", ...taken, reason: "a wedding" });
  const after = await shop.entries();
  expect(after.map(({ uid }) => uid)).toEqual(
    before.filter(({ uid }) => uid !== next?.uid).map(({ uid }) => uid),
  );
});

test("what one is told by stays while a day passes, so that no entry stands twice", async () => {
  const shop = await subscribed(["ann"], { team: "shop" });
  await using _ = shop.castor;
  const before = await shop.entries();
  await shop.castor.advance(3 * dayMs);
  expect((await shop.entries()).map(({ uid }) => uid)).toEqual(before.map(({ uid }) => uid));
});

test("a withdrawn address, and one that was guessed, lead nowhere", async () => {
  const shop = await subscribed(["ann"], { team: "shop" });
  await using _ = shop.castor;
  expect(
    (await shop.read("/api/on-call.calendar/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics"))
      .status,
  ).toBe(404);
  expect((await shop.read("/api/on-call.calendar/..%2f.ics")).status).toBe(404);
  expect((await shop.castor.ask(feeds, {})).feeds).toMatchObject([{ team: "shop" }]);
  const withdraw = () => shop.castor.run("on-call.withdraw-feed", { id: shop.made.id });
  await withdraw();
  const gone = await shop.read();
  expect([gone.status, await gone.json()]).toMatchObject([404, { title: unknownFeed.title }]);
  expect(await withdraw()).toMatchObject({ problem: { type: "on-call.unknown-feed" } });
  const known = JSON.stringify(shop.castor.facts());
  expect(known).not.toContain(/[\w-]{43}/.exec(shop.made.path)?.[0] ?? "none");
});

test("one who makes calendars without end is stopped", async () => {
  const shop = await subscribed(["ann"], { team: "shop" });
  await using _ = shop.castor;
  let last: unknown;
  for (let k = 0; k < 1_000; k++)
    last = await shop.castor.act("on-call.make-feed", { member: `m${k}` });
  expect(last).toMatchObject({ problem: { type: "on-call.too-many-feeds" } });
});

describe("the writing of it", () => {
  const entry = {
    uid: "u@castor",
    from: Date.UTC(2026, 2, 29, 0, 30),
    to: Date.UTC(2026, 2, 29, 2, 0),
  };
  const written = (title: string, about = "") =>
    icalOf({ name: "x", madeAt: 0, entries: [{ ...entry, title, about }] });

  test("whatever a name holds is read as it was", () => {
    for (const title of ["a;b,c\\d", "two\nlines", "Zoë 🦫 ".repeat(20), 'x:y"z', "a\\nb"])
      expect(entriesIn(written(title))[0]?.summary).toBe(title);
    expect(entriesIn(written("a\u0007b\r\nEND:VCALENDAR", "c"))[0]).toMatchObject({
      summary: "ab\nEND:VCALENDAR",
      description: "c",
    });
  });

  test("no line is longer than 75 bytes, and no character is cut", () => {
    const text = written("Zoë 🦫 ".repeat(40));
    for (const line of text.split("\r\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(text).not.toContain("\ufffd");
  });

  test("an instant in the hour that clocks skip is read as it was", () => {
    expect(entriesIn(written("x"))[0]).toMatchObject({
      from: entry.from,
      to: entry.from + 1.5 * hourMs,
    });
  });
});
