import { ERASED, isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import { requests } from "../../absorb/gateway/contract.ts";
import { deployed, releaseCommits, releaseFinalized } from "../../observe/errors/contract.ts";
import { one } from "../../respond/incidents/contract.ts";
import {
  changedMeanwhile,
  list,
  notOver,
  unknownPostMortem,
  versions,
  wrongState,
} from "./contract.ts";
import { dayMs, minuteMs, night } from "./world.testing.ts";

const typeOf = (value: unknown): unknown => (isRefusal(value) ? value.problem.type : value);
const asked = list.input.parse({});

test("at the end of an incident a draft stands, with figures, lengths and a timeline whose rows prove themselves", async () => {
  const { castor, ports, incident, whole, ada } = await night();
  await using _ = castor;
  const labels = { worker: "w1", service: "shop", route: "r", method: "GET" };
  for (const [kind, n] of Object.entries({ "2xx": 9_000, "5xx": 1_000 }))
    ports.counters.add(requests, { ...labels, class: kind } as never, n);
  await incident();
  const pm = await whole();
  expect(pm).toMatchObject({ incident: "inc-1", state: "draft", severity: "sev1", owner: ada });
  const minutes = Object.entries(pm.lengths).map(([part, ms]) => [
    part,
    Math.round((ms ?? 0) / minuteMs),
  ]);
  expect(minutes).toEqual([
    ["detect", 4],
    ["acknowledge", 1],
    ["mitigate", 15],
    ["resolve", 45],
  ]);
  expect(pm.sections[0]?.text).toContain("10 % of requests to shop failed (1,000 of 10,000).");
  expect(pm.budget?.burnt).toBeCloseTo(100);
  expect(pm.dueAt).toBe((pm.times.resolved ?? 0) + 3 * dayMs);
  const shown = pm.rows.filter(({ isShown }) => isShown).map(({ type }) => type);
  expect(shown).toContain("incidents.declared");
  for (const row of pm.rows) {
    const fact = castor.facts().find(({ position }) => position === row.position);
    expect([row.at, row.hash, row.type]).toEqual([fact?.at, fact?.hash, fact?.event.type] as never);
  }
});

test("what changed before is what changes how something runs, not what follows from it", async () => {
  const { castor, as, incident, whole } = await night();
  await using _ = castor;
  const ofRelease = { project: "shop", release: "shop@2" };
  await as("inbox").record("releases/shop", [
    releaseFinalized({ ...ofRelease, at: 1 }),
    deployed({ ...ofRelease, environment: "production", at: 1 }),
  ]);
  await castor.advance(minuteMs);
  await incident();
  const { rows, sections } = await whole();
  const changed = rows.filter(({ isChange }) => isChange).map(({ type }) => type);
  expect(changed).toEqual(["errors.deployed"]);
  expect(sections[0]?.text).toContain(
    "before it: shop@2 of shop was deployed to production, 1 min",
  );
});

test("figures that people correct are measured again, and the text is left alone", async () => {
  const { castor, run, incident, whole } = await night();
  await using _ = castor;
  await incident();
  await run("write", { postMortem: "pm-1", section: "summary", text: "Ours.", base: 0 });
  const { times } = await whole();
  await run("incidents.set-time", {
    ...{ incident: "inc-1", what: "started", at: times.started - 20 * minuteMs, reason: "graphs" },
  });
  const after = await whole();
  expect(after.lengths.mitigate).toBe((times.mitigated ?? 0) - times.started + 20 * minuteMs);
  expect(after.sections[0]).toMatchObject({ text: "Ours.", version: 1 });
});

test("two people who write the same section lose nothing: the second is told, and both versions stay", async () => {
  const { castor, run, incident, whole } = await night();
  await using _ = castor;
  await incident();
  const write = (text: string, base: number) =>
    run("write", { postMortem: "pm-1", section: "summary", text, base });
  await write("First.", 0);
  expect(typeOf(await write("Second, begun with the draft.", 0))).toBe(changedMeanwhile.type);
  await write("First, and the second.", 1);
  expect((await whole()).sections[0]).toMatchObject({ text: "First, and the second.", version: 2 });
  const asked = { postMortem: "pm-1", section: "summary" };
  const { versions: all } = await castor.ask(versions, asked);
  expect(all.map(({ version }) => version)).toEqual([2, 1, 0]);
});

test("it is reviewed before it is published, its incident is reviewed with it, and then its text stands", async () => {
  const { castor, run, incident } = await night();
  await using _ = castor;
  await incident();
  const to = (state: string) => run("move", { postMortem: "pm-1", to: state });
  expect(typeOf(await to("published"))).toBe(wrongState.type);
  await to("in-review");
  await to("reviewed");
  expect((await castor.ask(one, { incident: "inc-1" })).incident?.stage).toBe("reviewed");
  const late = { postMortem: "pm-1", section: "summary", text: "x", base: 0 };
  expect(typeOf(await run("write", late))).toBe(wrongState.type);
  await to("published");
  const { postMortems } = await castor.ask(list, asked);
  expect(postMortems[0]).toMatchObject({ state: "published", publishedAt: expect.any(Number) });
});

test("whoever asks for a review does not give it, where the configuration says so", async () => {
  const { castor, run, incident } = await night({ reviewByAnother: true });
  await using _ = castor;
  await incident();
  await run("move", { postMortem: "pm-1", to: "in-review" });
  const own = { postMortem: "pm-1", to: "reviewed" };
  expect(typeOf(await run("move", own))).toBe(wrongState.type);
  await castor.run("post-mortems.move", own, { kind: "person", id: "somebody-else" });
  expect((await castor.ask(list, asked)).postMortems[0]?.state).toBe("reviewed");
});

test("a row is hidden or gets a note; its time is the log's, and a fact that is not there changes nothing", async () => {
  const { castor, run, incident, whole } = await night();
  await using _ = castor;
  await incident();
  const [row] = (await whole()).rows;
  const position = row?.position ?? 0;
  await run("choose-row", { postMortem: "pm-1", position, shown: false, note: "Not of this." });
  await run("choose-row", { postMortem: "pm-1", position: 9_999 });
  const after = (await whole()).rows;
  expect(after[0]).toMatchObject({ isShown: false, annotation: "Not of this.", at: row?.at });
  expect(after.map((each) => each.position)).not.toContain(9_999);
});

test("an action closes itself when the deploy that names it goes live, not when it is built or staged", async () => {
  const { castor, run, as, incident, whole } = await night();
  await using _ = castor;
  await incident();
  for (const says of ["Ask before dropping a table", "Tell us of a full disk", "Show the amount"])
    await run("add-action", { postMortem: "pm-1", says, kind: "prevent" });
  const fx = as("inbox");
  const ofRelease = { project: "shop", release: "shop@2" };
  const commits = [{ id: "c1", title: "Ask first (castor-action: pm-1/a1, pm-1/a3)" }];
  await fx.record("releases/shop", [releaseCommits({ ...ofRelease, commits, total: 1 })]);
  const live = (environment: string) =>
    fx.record("releases/shop", [
      deployed({ ...ofRelease, environment, at: 1, name: "castor-action: pm-1/a9" }),
    ]);
  await live("staging");
  await castor.advance(200);
  const states = async () => (await whole()).actions.map(({ state }) => state);
  expect(await states()).toEqual(["open", "open", "open"]);
  await live("production");
  await castor.advance(200);
  expect(await states()).toEqual(["done", "open", "done"]);
  expect((await whole()).actions[0]).toMatchObject({ release: "shop@2" });
});

test("what is due is told to its owner by mail, once before and again while it is late, and to nobody at nothing", async () => {
  const { castor, run, incident, letters, ada } = await night();
  await using _ = castor;
  await incident();
  const dueAt = castor.clock.now() + 2 * dayMs;
  await run("add-action", {
    postMortem: "pm-1",
    says: "Ask first",
    kind: "prevent",
    dueAt,
    owner: ada,
  });
  await castor.advance(1.2 * dayMs);
  expect(letters.map(({ to, subject }) => [to, subject.slice(0, 14)])).toEqual([
    ["ada@shop.example", "pm-1/a1 is due"],
  ]);
  await castor.advance(dayMs);
  expect(letters.map(({ subject }) => subject.split(" ")[0])).toEqual(["pm-1/a1", "pm-1"]);
  await run("finish-action", { postMortem: "pm-1", action: "a1" });
  await run("assign", { postMortem: "pm-1", dueAt: null });
  await castor.advance(3.5 * dayMs);
  expect(letters).toHaveLength(2);
});

test("an action is filed in a tracker once, and its words say how it closes", async () => {
  const { castor, run, act, incident, whole, tickets } = await night();
  await using _ = castor;
  await incident();
  await run("add-action", { postMortem: "pm-1", says: "Ask first", kind: "prevent" });
  const file = { postMortem: "pm-1", action: "a1" };
  expect(await act("file-action", file)).toEqual({ link: "https://tracker.test/1" });
  expect((await whole()).actions[0]?.link).toBe("https://tracker.test/1");
  await act("file-action", file);
  expect(tickets).toHaveLength(1);
  expect(tickets[0]).toContain("castor-action: pm-1/a1");
});

test("words find post-mortems, also unfinished ones, and nothing of FTS5's syntax does harm", async () => {
  const { castor, run, incident } = await night();
  await using _ = castor;
  await incident();
  const text = "The **certificate** of the bank had ended; été.";
  await run("write", { postMortem: "pm-1", section: "factors", text, base: 0 });
  const found = async (words: string) =>
    (await castor.ask(list, list.input.parse({ text: words }))).postMortems.length;
  expect(await found("certif")).toBe(1);
  expect(await found("bank ete")).toBe(1);
  expect(await found('disk" OR "bank')).toBe(0);
  expect(await found("*)(")).toBe(0);
});

test("what is not there is refused, and the shelf can be thrown away and folded again", async () => {
  const { castor, run, incident, whole } = await night();
  await using _ = castor;
  expect(typeOf(await run("move", { postMortem: "pm-7", to: "in-review" }))).toBe(
    unknownPostMortem.type,
  );
  await incident();
  await run("comment", { postMortem: "pm-1", text: "Was the bank told?", section: "summary" });
  const before = await whole();
  await castor.act("castor.rebuild", { view: "post-mortems.shelf" });
  expect(await whole()).toEqual(before);
});

test("an incident that goes on has no post-mortem yet", async () => {
  const { castor, run, act } = await night();
  await using _ = castor;
  await run("incidents.declare", { title: "Nobody can pay" });
  expect(typeOf(await act("draft", { incident: "inc-1" }))).toBe(notOver.type);
});

test("whoever is erased takes their comments along, and a post-mortem that is erased its words; the facts stay", async () => {
  const { castor, run, incident, whole, ada } = await night();
  await using _ = castor;
  await incident();
  const postMortem = "pm-1";
  await run("write", { postMortem, section: "summary", text: "Zoë wrote this.", base: 0 });
  await run("comment", { postMortem, text: "Zoë said that.", section: "summary" });
  await castor.act("privacy.erase", { subject: ada });
  const [text, said] = [
    async () => (await whole()).sections[0]?.text,
    async () => (await whole()).comments[0]?.text,
  ];
  expect([await text(), await said()]).toEqual(["Zoë wrote this.", ERASED]);
  await castor.act("privacy.erase", { subject: postMortem });
  expect(await text()).toBe(ERASED);
  await castor.act("castor.rebuild", { view: "post-mortems.shelf" });
  expect([await text(), await said()]).toEqual([ERASED, ERASED]);
  expect((await castor.ask(list, list.input.parse({ text: "zoe" }))).postMortems).toEqual([]);
  expect((await whole()).lengths.resolve).toBeGreaterThan(0);
});
