import { isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import { subscribers } from "../contract.ts";
import { minuteMs, page, post } from "../world.testing.ts";
import { massPost } from "./mass.ts";
import { rosterOf } from "./store.ts";
import {
  address,
  counts,
  lettersTo,
  open,
  pathIn,
  subscribe,
  subscriber,
} from "./subscribers.testing.ts";

test("nobody is told before they said yes; a link that is only looked at is no yes", async () => {
  const here = await open();
  await using _ = here.castor;
  const asked = await here.send("/subscribe", { kind: "email", address: "ana@home.example" });
  expect(await asked.text()).toContain("Look at your messages");
  await here.castor.advance(3_000);
  const [letter] = lettersTo(here, "ana@home.example");
  expect(letter?.subject).toBe("Do you want news of Example shop?");
  const path = pathIn(letter?.text ?? "", "confirm");
  expect(await (await here.get(path)).text()).toContain("Yes, tell me");
  await here.run("post", post({}));
  expect(lettersTo(here, "ana@home.example")).toHaveLength(1);
  expect((await here.send(path, {})).status).toBe(200);
  expect(await counts(here)).toMatchObject({ confirmed: 1, pending: 0 });
  await here.run("post", post({ title: "Second" }));
  expect(lettersTo(here, "ana@home.example").map(({ subject }) => subject)).toEqual([
    ...["Do you want news of Example shop?", "[Investigating] Second"],
  ]);
});

test("each is told once of what they chose, in their language, and the log holds no address", async () => {
  const here = await open();
  await using _ = here.castor;
  await subscriber(here, "ana@home.example");
  await subscriber(here, "bo@home.example", { what: "component:api" });
  await subscriber(here, "luc@home.example", { language: "fr" });
  await here.run("post", post({ components: { shop: "major_outage" } }));
  await here.castor.advance(minuteMs);
  const told = here.postOffice.letters.filter(({ subject }) => subject.startsWith("["));
  expect(told.map(({ to, subject }) => [to, subject])).toEqual([
    ["ana@home.example", "[Investigating] Nobody can pay"],
    ["luc@home.example", "[En cours d’analyse] Paiement impossible"],
  ]);
  expect(told[0]?.text).toContain("Affects: Shop");
  expect(told[0]?.unsubscribe).toStartWith(`${address}/stop/`);
  expect(JSON.stringify(here.castor.facts())).not.toContain("home.example");
  expect(here.castor.types().filter((type) => type === "status-page.told")).toHaveLength(1);
  const [sending] = (await here.castor.ask(subscribers, {})).sendings;
  expect(sending).toMatchObject({ total: 2, told: 2, failed: 0, waiting: 0, inOutbox: 0 });
});

test("one POST to the link of a letter ends it, a GET only asks; nothing of the address is left", async () => {
  const here = await open();
  await using _ = here.castor;
  await subscriber(here, "ana@home.example");
  await here.run("post", post({}));
  const path = pathIn(lettersTo(here, "ana@home.example").at(-1)?.unsubscribe ?? "", "stop");
  expect(await (await here.get(path)).text()).toContain("Stop telling me");
  expect(await counts(here)).toMatchObject({ confirmed: 1 });
  // As mailboxes do it (RFC 8058).
  expect((await here.send(path, { "List-Unsubscribe": "One-Click" })).status).toBe(200);
  expect(await counts(here)).toMatchObject({ confirmed: 0 });
  expect((await here.send(path, {})).status).toBe(404);
  const gone = await here.castor.act("status-page.find-subscriber", {
    address: "ana@home.example",
  });
  expect(isRefusal(gone) && gone.problem.type).toBe("status-page.unknown-subscriber");
  await here.run("post", post({ title: "Later" }));
  expect(lettersTo(here, "ana@home.example")).toHaveLength(2);
});

test("the page after a yes saves what is chosen there, and ends it", async () => {
  const here = await open();
  await using _ = here.castor;
  await here.send("/subscribe", { kind: "email", address: "ana@home.example" });
  await here.castor.advance(3_000);
  const yes = await here.send(
    pathIn(lettersTo(here, "ana@home.example")[0]?.text ?? "", "confirm"),
    {},
  );
  const said = await yes.text();
  expect(said).toContain("Done: you will be told");
  const action = /<form method="post" action="\/status(\/mine\/[^"]+)"/.exec(said)?.[1] ?? "";
  const saved = await here.send(action, { do: "save", what: "component:api" });
  expect(await saved.text()).toContain("Saved");
  const found = await here.castor.act("status-page.find-subscriber", {
    address: "ana@home.example",
  });
  expect(found).toMatchObject({ wants: ["component:api"] });
  await here.send(action, { do: "stop" });
  expect(await counts(here)).toMatchObject({ confirmed: 0 });
});

test("what one is told can be changed by its link, and by nobody who only types the address", async () => {
  const here = await open();
  await using _ = here.castor;
  await subscriber(here, "ana@home.example", { what: "component:shop" });
  await here.castor.advance(61 * minuteMs);
  await here.send("/subscribe", {
    kind: "email",
    address: "ANA@home.example",
    what: "component:api",
  });
  await here.castor.advance(3_000);
  const again = lettersTo(here, "ana@home.example").at(-1);
  expect(again?.text).toContain("already");
  const found = () =>
    here.castor.act("status-page.find-subscriber", { address: "ana@home.example" });
  expect(await found()).toMatchObject({ wants: ["component:shop"] });
  const path = pathIn(again?.text ?? "", "mine");
  expect(await (await here.get(path)).text()).toContain("What you are told");
  await here.send(path, { do: "save", what: "component:api" });
  expect(await found()).toMatchObject({ wants: ["component:api"] });
});

test("the form tells nobody whether an address is known, asks it once an hour, and takes a few from one place", async () => {
  const here = await open();
  await using _ = here.castor;
  await subscriber(here, "ana@home.example");
  const answers = [];
  for (const who of ["ana@home.example", "new@home.example", "new@home.example"])
    answers.push(await (await here.send("/subscribe", { kind: "email", address: who })).text());
  expect(new Set(answers).size).toBe(1);
  await here.castor.advance(3_000);
  expect(lettersTo(here, "new@home.example")).toHaveLength(1);
  const statuses = [];
  for (let n = 0; n < 5; n++)
    statuses.push(
      (await here.send("/subscribe", { kind: "email", address: `x${n}@y.example` })).status,
    );
  expect(statuses).toEqual([200, 200, 200, 429, 429]);
  const from6 = [];
  for (let n = 1; n <= 7; n++) {
    const form = { kind: "email", address: `z${n}@y.example` };
    from6.push((await here.send("/subscribe", form, `2001:db8:1:2::${n}`)).status);
  }
  expect(from6).toEqual([...Array.from({ length: 6 }, () => 200), 429]);
});

test("hostile forms and links are refused, and no letter has a head that somebody else wrote", async () => {
  const here = await open();
  await using _ = here.castor;
  const wrong = [
    { kind: "email", address: "ana@home.example\r\nBcc: all@shop.example" },
    { kind: "email", address: "ana@home.example, bo@home.example" },
    { kind: "webhook", address: "file:///etc/passwd" },
    { kind: "webhook", address: "http://user:pw@hooks.example/" },
    { kind: "push", address: "x" },
    { kind: "carrier-pigeon", address: "x" },
  ];
  for (const [at, form] of wrong.entries())
    expect((await here.send("/subscribe", form, `192.0.2.${at}`)).status).toBe(422);
  const huge = { kind: "email", address: "a".repeat(20_000) };
  expect((await here.send("/subscribe", huge, "192.0.2.99")).status).toBe(422);
  await subscriber(here, "ana@home.example");
  const token = pathIn(lettersTo(here, "ana@home.example")[0]?.text ?? "", "confirm").slice(9);
  for (const path of [`/mine/${token}`, `/stop/${token}`, `/mine/${token}x`, "/mine/x.y", "/mine/"])
    expect((await here.send(path, {})).status).toBe(404);
  await here.run("post", post({ title: "Odd\r\nBcc: all@shop.example" }));
  expect(lettersTo(here, "ana@home.example").at(-1)?.subject).toBe(
    "[Investigating] Odd Bcc: all@shop.example",
  );
});

test("an address that the mail server knows not is paused, and told again once its owner said yes again", async () => {
  const here = await open();
  await using _ = here.castor;
  await subscriber(here, "ana@home.example");
  here.postOffice.letters.length = 0;
  here.postOffice.gone.add("ana@home.example");
  await here.run("post", post({}));
  await here.castor.advance(5_000);
  expect(await counts(here)).toMatchObject({ confirmed: 0, paused: 1 });
  here.postOffice.gone.clear();
  await here.castor.advance(61 * minuteMs);
  await subscriber(here, "ana@home.example");
  expect(await counts(here)).toMatchObject({ confirmed: 1, paused: 0 });
});

test("a test reaches the testers of the configuration, and never a subscriber", async () => {
  const here = await open({ testers: { emails: ["dev@shop.example"] } });
  await using _ = here.castor;
  await subscriber(here, "ana@home.example");
  await here.run("post", post({ audience: "test", components: { shop: "major_outage" } }));
  await here.run("plan-maintenance", {
    ...{ title: "Test", text: "Test.", components: ["shop"], audience: "test" },
    ...{ from: here.ports.clock.now() + 1_000, to: here.ports.clock.now() + 5_000 },
  });
  await here.castor.advance(minuteMs);
  const told = here.postOffice.letters.filter(({ subject }) => !subject.startsWith("Do you"));
  expect(new Set(told.map(({ to }) => to))).toEqual(new Set(["dev@shop.example"]));
  expect(told[0]?.subject).toBe("[Test] Nobody can pay");
  await here.run("post", post({ incident: "inc-1" }));
  const testing = { text: "A test.", audience: "test" };
  const refused = await here.run("post", { ...testing, thread: await here.thread() });
  expect(isRefusal(refused) && refused.problem.type).toBe("status-page.not-a-test");
  here.postOffice.letters.length = 0;
  await here.run("post", { ...testing, incident: "inc-1", title: "Again" });
  await here.castor.advance(minuteMs);
  expect(here.postOffice.letters.map(({ to }) => to)).toEqual(["dev@shop.example"]);
  const source = await Bun.file(`${import.meta.dir}/testers.ts`).text();
  expect(source).not.toMatch(/from "\.\/(roster|sendings|store|tell|sign-up|routes)/);
});

test("one incident alone can be followed from its page, and whoever did is forgotten a month after it is over", async () => {
  const here = await open();
  await using _ = here.castor;
  await here.run("post", post({ components: { shop: "major_outage" } }));
  const thread = await here.thread();
  const form = await (await here.get(`/incidents/${thread}/`)).text();
  expect(form).toContain(`value="thread:${thread}"`);
  await subscriber(here, "ana@home.example", { what: `thread:${thread}` });
  await here.run("post", post({ title: "Something else", components: { api: "major_outage" } }));
  await here.run("post", { thread, stage: "resolved", text: "Over." });
  await here.castor.advance(2_000);
  const told = () => lettersTo(here, "ana@home.example").map(({ subject }) => subject);
  expect(told().slice(1)).toEqual(["[Resolved] Nobody can pay"]);
  const { roster, clock } = { roster: rosterOf(here.read()), clock: here.ports.clock };
  await Promise.all([roster.forgetOver([`thread:${thread}`]), clock.advance(10)]);
  expect(await counts(here)).toMatchObject({ confirmed: 1 });
  await Promise.all([roster.forgetOver([]), clock.advance(10)]);
  expect(await counts(here)).toMatchObject({ confirmed: 0 });
});

test("without an address of Castor's own nobody can subscribe, and the page has no form", async () => {
  const here = await page();
  await using _ = here.castor;
  expect((await here.send("/subscribe", { kind: "email", address: "a@b.example" })).status).toBe(
    404,
  );
  expect((await here.get("/subscribe/")).status).toBe(404);
  const there = await open();
  await using __ = there.castor;
  const form = await (await there.get("/subscribe/")).text();
  expect(form).toContain(`action="${address}/subscribe"`);
  expect(form).toContain("form-action https://castor.shop.example");
});

test("telling more than so many is mass mail: it is held up until a second person agrees, but for a test", async () => {
  const here = await open({ subscribe: { ...subscribe, massAbove: 1 } });
  await using _ = here.castor;
  const isHeldUp = (input: object): string | undefined =>
    massPost.name({ text: "", ...input }, here.read());
  await subscriber(here, "ana@home.example");
  expect(isHeldUp({ title: "Down" })).toBeUndefined();
  await subscriber(here, "bo@home.example");
  expect(isHeldUp({ title: "Down" })).toBe("Down");
  expect(isHeldUp({ title: "Down", audience: "test" })).toBeUndefined();
  await here.run("post", post({}));
  expect(isHeldUp({ thread: await here.thread() })).toBe("Nobody can pay");
  expect(isHeldUp({ thread: "000000000000" })).toBeUndefined();
  await here.run("post", post({ title: "Nobody can search", incident: "inc-7" }));
  expect(isHeldUp({ incident: "inc-7", text: "We are at it." })).toBe("Nobody can search");
});
