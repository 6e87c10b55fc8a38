import { isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import { requests, visitors } from "../../absorb/gateway/contract.ts";
import { issueSpiked } from "../../observe/errors/contract.ts";
import { acknowledged, changeReported, groupOpened, type GroupTold } from "../alerts/contract.ts";
import { all, impactOf, merged, one, timelineOf } from "./contract.ts";
import { incidents } from "./index.ts";
import { group, night } from "./night.testing.ts";

const minuteMs = 60_000;

test("each moment of an incident is its own, and an end that was none is taken back", async () => {
  const { castor, ports, run, incident } = await night();
  await using _ = castor;
  const declared = ports.clock.now();
  await run("declare", { title: "Nobody can pay", severity: "sev1", services: ["shop"] });
  await castor.advance(minuteMs);
  await run("status", { incident: "inc-1", to: "mitigating" });
  await castor.advance(minuteMs);
  await run("status", { incident: "inc-1", to: "monitoring", says: "rolled back" });
  await castor.advance(minuteMs);
  await run("resolve", { incident: "inc-1" });
  const times = (await incident())?.times;
  const minutes = (at?: number | null) => Math.round(((at ?? 0) - declared) / minuteMs);
  expect([times?.acknowledged, times?.mitigated, times?.resolved].map(minutes)).toEqual([1, 2, 3]);
  await run("reopen", { incident: "inc-1", reason: "it is back" });
  expect((await incident())?.times).toMatchObject({ mitigated: null, resolved: null });
  expect((await incident())?.stage).toBe("mitigating");
});

test("its timeline is what the log says about its services, with evidence that opens", async () => {
  const { castor, ports, run, fx } = await night();
  await using _ = castor;
  const since = ports.clock.now();
  for (const service of ["shop", "other"])
    await fx.record("groups/g", [groupOpened(group({ service, since, impact: [] }))]);
  await castor.advance(minuteMs);
  await run("declare", { title: "Nobody can pay", services: ["shop"] });
  await run("declare", { title: "Something else", services: ["other"] });
  await run("note", { incident: "inc-1", text: "Who **deployed**?" });
  const { rows, isCut } = await castor.ask(timelineOf, { incident: "inc-1", beforeMs: 900_000 });
  expect(isCut).toBe(false);
  expect(rows.map(({ type, kind }) => [type, kind])).toEqual([
    ["alerts.group-opened", "sign"],
    ["incidents.declared", "person"],
    ["incidents.noted", "person"],
  ]);
  expect(rows.at(-1)?.note).toBe("Who **deployed**?");
  expect(rows.at(-1)?.by).toMatchObject({ kind: expect.stringMatching(/person|system|token/) });
  for (const { position, link } of rows) expect(link).toBe(`/log?event=${position}`);
});

test("what people felt is counted from the beginning of the harm", async () => {
  const { castor, ports, run } = await night();
  await using _ = castor;
  const { counters } = ports;
  const of = { route: "*/", service: "shop" };
  counters.add(requests, { ...of, class: "2xx" }, 60);
  counters.add(requests, { ...of, class: "5xx" }, 40);
  counters.add(visitors, { service: "shop" }, "10.0.0.1");
  await castor.advance(minuteMs);
  const startedAt = new Date(ports.clock.now() - 2 * minuteMs).toISOString();
  await run("declare", { title: "Nobody can pay", services: ["shop"], startedAt });
  const { services } = await castor.ask(impactOf, { incident: "inc-1" });
  const routes = [{ route: "*/", requests: 100, failed: 40 }];
  expect(services).toEqual([{ service: "shop", requests: 100, failed: 40, visitors: 1, routes }]);
});

test("a group of alerts becomes one incident where the configuration says so", async () => {
  const { castor, ports, fx, incident } = await night({ declareOn: { critical: "sev2" } });
  await using _ = castor;
  const since = ports.clock.now() - minuteMs;
  const tell = (of: Partial<GroupTold>) =>
    fx.record("groups/g", [groupOpened(group({ since, ...of }))]);
  await tell({});
  await tell({});
  await tell({ group: "g2", severity: "warning" });
  await tell({ group: "g3", quiet: true });
  await castor.advance(1_000);
  const found = await castor.ask(all, { open: true, limit: 10 });
  expect(found.incidents).toHaveLength(1);
  expect(found.incidents[0]).toMatchObject({ severity: "sev2", services: ["blog", "shop"] });
  expect(found.incidents[0]?.times.started).toBe(since);
  await fx.record("groups/g", [acknowledged({ group: "g1", by: "phone" })]);
  await castor.advance(1_000);
  expect((await incident())?.stage).toBe("acknowledged");
});

test("nobody is written into the log by name", async () => {
  const { castor, run } = await night();
  await using _ = castor;
  await run("declare", { title: "The shop is down" });
  for (const [verb, more] of [
    ["give-role", { role: "commander" }],
    ["add-task", { says: "call the bank" }],
  ] as const) {
    const done = await run(verb, { incident: "inc-1", ...more, person: "Ann Example" });
    expect(isRefusal(done) ? done.problem.type : done).toBe("castor.invalid-input");
  }
});

test("parts of a larger incident are found from it, roles pass from one to the next", async () => {
  const { castor, run, incident } = await night();
  await using _ = castor;
  await run("declare", { title: "The database is down" });
  await run("declare", { title: "The shop is down" });
  await run("set-parent", { incident: "inc-2", parent: "inc-1" });
  const [ann, ben] = [castor.clock.id(), castor.clock.id()];
  await run("give-role", { incident: "inc-1", role: "commander", person: ann });
  await run("give-role", { incident: "inc-1", role: "commander", person: ben });
  expect(await incident()).toMatchObject({ children: ["inc-2"], roles: { commander: ben } });
  const { rows } = await castor.ask(timelineOf, { incident: "inc-1", beforeMs: 0 });
  expect(rows.filter(({ type }) => type.endsWith("role-given")).map((row) => row.person)).toEqual([
    ann,
    ben,
  ]);
  await run("set-parent", { incident: "inc-2" });
  expect((await incident())?.children).toEqual([]);
});

test("two incidents that swallowed each other are freed", async () => {
  const { castor, run, incident } = await night();
  await using _ = castor;
  for (const title of ["The database is down", "The shop is down"]) await run("declare", { title });
  // Castor itself lets this happen no more; the log of an older one may have it.
  const of = castor.castor.effects(incidents, { actor: { kind: "system", id: "test" } });
  for (const [from, into] of [
    ["inc-1", "inc-2"],
    ["inc-2", "inc-1"],
  ] as const)
    await of.record(from, [merged({ incident: from, into, reason: "same cause" })]);
  expect(isRefusal(await run("status", { incident: "inc-1", to: "mitigating" }))).toBe(true);
  await run("reopen", { incident: "inc-1", reason: "that was a slip" });
  expect(await incident()).toMatchObject({ stage: "triggered" });
  expect(await incident()).not.toHaveProperty("mergedInto");
  expect(isRefusal(await run("status", { incident: "inc-1", to: "mitigating" }))).toBe(false);
  expect((await castor.ask(one, { incident: "inc-2" })).incident?.mergedInto).toBe("inc-1");
});

test("what a person declares while alerts tell of the same began when they did, and is seen to since its page was", async () => {
  const { castor, ports, run, fx, incident } = await night();
  await using _ = castor;
  const since = ports.clock.now();
  await castor.advance(2 * minuteMs);
  const told = ports.clock.now();
  await fx.record("groups/g", [groupOpened(group({ since, impact: [] }))]);
  await castor.advance(minuteMs);
  const seen = ports.clock.now();
  await fx.record("groups/g", [acknowledged({ group: "g1", by: "ann", isPerson: true })]);
  await castor.advance(minuteMs);
  await run("declare", { title: "Nobody can pay", services: ["shop"] });
  await castor.advance(1_000);
  expect((await incident())?.times).toMatchObject({
    ...{ started: since, detected: told, acknowledged: seen },
  });
  expect(await incident()).toMatchObject({ stage: "acknowledged", origin: { kind: "person" } });
  await run("declare", { title: "Something else", services: ["mail"] });
  await castor.advance(1_000);
  const other = (await castor.ask(one, { incident: "inc-2" })).incident;
  expect(other).toMatchObject({ stage: "triggered" });
});

test("times that somebody said when they declared are not taken from alerts", async () => {
  const { castor, ports, run, fx, incident } = await night();
  await using _ = castor;
  await fx.record("groups/g", [groupOpened(group({ since: ports.clock.now(), impact: [] }))]);
  await castor.advance(10 * minuteMs);
  const startedAt = ports.clock.now() - 5 * minuteMs;
  await run("declare", { title: "Nobody can pay", services: ["shop"], startedAt });
  await castor.advance(1_000);
  expect((await incident())?.times.started).toBe(startedAt);
});

test("an error that spikes and a deploy that failed become incidents where the configuration says so, each once", async () => {
  const { castor, ports, fx } = await night({
    ...{ declareOnSpike: "sev2", declareOnFailedDeploy: "sev3" },
  });
  await using _ = castor;
  const at = ports.clock.now();
  const evidence = { window: "5m", expected: 1, observed: 90, chance: 1e-9, at, releases: [] };
  const spike = issueSpiked({ issue: "shop-7", evidence } as Parameters<typeof issueSpiked>[0]);
  const deploy = { intake: "ci", summary: "exit 1", service: "shop", at };
  for (let twice = 0; twice < 2; twice++)
    await fx.record("x", [spike, changeReported({ ...deploy, isFailed: true })]);
  await fx.record("x", [changeReported(deploy)]);
  await castor.advance(1_000);
  const { incidents } = await castor.ask(all, { limit: 10 });
  const found = incidents.map(({ title, severity, origin }) => [title, severity, origin.kind]);
  expect(found.toSorted()).toEqual([
    ["A deploy of shop failed: exit 1", "sev3", "deploy"],
    ["TypeError: no amount", "sev2", "error"],
  ]);
});
