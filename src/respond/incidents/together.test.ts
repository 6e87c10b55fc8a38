import { isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import { groupClosed, groupOpened } from "../alerts/contract.ts";
import { one, timelineOf } from "./contract.ts";
import { group, night } from "./night.testing.ts";

const reason = "the same cause";
const saidNo = (done: unknown): string | undefined =>
  isRefusal(done) ? `${done.problem.type}: ${done.detail}` : undefined;

async function three() {
  const of = await night();
  const titles = ["The database is down", "The shop is down", "Search is slow"];
  const services = [["database"], ["shop"], ["search"]];
  for (const [i, title] of titles.entries())
    await of.run("declare", { title, services: services[i] });
  const notes = async (incident: string): Promise<string[]> =>
    (await of.castor.ask(timelineOf, { incident, beforeMs: 60_000 })).rows.flatMap(
      ({ note }) => note ?? [],
    );
  return { ...of, notes };
}

test("what is one with another is on its timeline, by whichever way, with its services and with notes that were on their way", async () => {
  const { castor, run, notes, fx, ports } = await three();
  await using _ = castor;
  await run("note", { incident: "inc-3", text: "before" });
  await run("merge", { incident: "inc-3", into: "inc-2", reason });
  await run("merge", { incident: "inc-2", into: "inc-1", reason });
  await run("note", { incident: "inc-3", text: "on its way" });
  const told = group({ service: "search", impact: [], since: ports.clock.now() });
  await fx.record("groups/g", [groupOpened(told)]);
  expect(await notes("inc-1")).toEqual(["before", "on its way"]);
  const { rows } = await castor.ask(timelineOf, { incident: "inc-1", beforeMs: 60_000 });
  expect(rows.map(({ type }) => type)).toContain("alerts.group-opened");
  const { oneWith } = await castor.ask(one, { incident: "inc-1" });
  expect(oneWith.toSorted()).toEqual(["inc-2", "inc-3"]);
  await run("reopen", { incident: "inc-2", reason: "that was a slip" });
  expect(await notes("inc-1")).toEqual([]);
  expect(await notes("inc-2")).toEqual(["before", "on its way"]);
});

test("what was one with another began when it began: nothing of it is cut off", async () => {
  const { castor, run } = await night();
  await using _ = castor;
  await run("declare", { title: "The database is slow", services: ["database"] });
  await run("note", { incident: "inc-1", text: "an hour before" });
  await castor.advance(3_600_000);
  await run("declare", { title: "The shop is down", services: ["shop"] });
  await run("merge", { incident: "inc-1", into: "inc-2", reason });
  const { rows } = await castor.ask(timelineOf, { incident: "inc-2", beforeMs: 0 });
  expect(rows.flatMap(({ note }) => note ?? [])).toEqual(["an hour before"]);
});

test("two who make two incidents one with each other at once leave one that goes on, and no two are parts of each other", async () => {
  const { castor, run } = await three();
  await using _ = castor;
  const parts = await Promise.all([
    run("set-parent", { incident: "inc-1", parent: "inc-3" }),
    run("set-parent", { incident: "inc-3", parent: "inc-1" }),
  ]);
  expect(parts.map(saidNo).filter((no) => no !== undefined)).toHaveLength(1);
  const done = await Promise.all([
    run("merge", { incident: "inc-1", into: "inc-2", reason }),
    run("merge", { incident: "inc-2", into: "inc-1", reason }),
  ]);
  expect(done.map(saidNo).filter((no) => no !== undefined)).toHaveLength(1);
});

test("an incident belongs only to one that is there, goes on and stands alone", async () => {
  const { castor, run } = await three();
  await using _ = castor;
  const merge = async (incident: string, into: string) =>
    saidNo(await run("merge", { incident, into, reason }));
  const part = async (incident: string, parent: string) =>
    saidNo(await run("set-parent", { incident, parent }));
  expect(await merge("inc-1", "inc-9")).toBe("incidents.unknown: There is no inc-9.");
  expect(await part("inc-1", "inc-9")).toBe("incidents.unknown: There is no inc-9.");
  expect(await merge("inc-2", "inc-1")).toBeUndefined();
  expect(await merge("inc-1", "inc-2")).toStartWith(
    "incidents.wrong-stage: inc-2 is one with inc-1",
  );
  expect(await merge("inc-3", "inc-2")).toStartWith(
    "incidents.wrong-stage: inc-2 is one with inc-1",
  );
  expect(await part("inc-3", "inc-1")).toBeUndefined();
  expect(await part("inc-1", "inc-3")).toBe(
    "incidents.wrong-stage: inc-3 is part of inc-1 already.",
  );
  await run("resolve", { incident: "inc-1" });
  expect(await merge("inc-3", "inc-1")).toStartWith("incidents.wrong-stage: inc-1 is over");
});

test("the alerts of an incident find its runbooks: what it came from first, and after it has ended too", async () => {
  const { castor, run, fx, ports } = await night({ declareOn: { critical: "sev2" } });
  await using _ = castor;
  const since = ports.clock.now();
  const tell = (name: string, of: object) =>
    fx.record(`groups/${name}`, [
      groupOpened(
        group({
          ...{ group: name, since, impact: [], labels: { alertname: name, team: name } },
          ...of,
        }),
      ),
    ]);
  await tell("Slow", { severity: "warning" });
  await tell("Elsewhere", { severity: "warning", service: "blog" });
  await tell("CheckoutFails", {});
  await castor.advance(1_000);
  const asked = async () => await castor.ask(one, { incident: "inc-1" });
  expect(await asked()).toMatchObject({
    ...{ alerts: ["CheckoutFails", "Slow"], labels: { team: "CheckoutFails" } },
  });
  const over = group({ group: "CheckoutFails", why: "resolved" });
  await fx.record("groups/CheckoutFails", [groupClosed(over)]);
  await castor.advance(1_000);
  expect((await asked()).alerts).toEqual(["CheckoutFails", "Slow"]);
  await castor.advance(600_000);
  const startedAt = ports.clock.now() - 60_000;
  await run("declare", { title: "The shop again", services: ["shop"], startedAt });
  expect((await castor.ask(one, { incident: "inc-2" })).alerts).toEqual(["Slow"]);
});
