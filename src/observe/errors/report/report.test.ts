import { isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import * as contract from "../contract.ts";
import { anError, inbox } from "../inbox.testing.ts";
import { courseOf, inboxOf } from "./decisions.ts";
import { markdownOf, trendOf } from "./markdown.ts";

const week = 7 * 86_400_000;

type Fact = { type: string; data: object };
const person = { kind: "person", id: "ada" } as const;
const course = (...facts: [at: number, fact: Fact][]) =>
  courseOf(
    facts.map(([at, event], place) => ({
      ...{ at, event, by: person, position: place + 1, version: place + 1 },
      ...{ stream: "errors/issues/shop-1", envelope: "", hash: "" },
    })),
    100,
  );
const issue = "shop-1";
const found = contract.issueCreated({
  ...{ issue, project: "shop", type: "E", value: "", culprit: "", level: "error" },
  ...{ platform: "node", near: "n", at: 1 },
});
const back = contract.issueRegressed({ issue, at: 1 });
const resolved = contract.issueResolved({ issue, resolution: { how: "now" }, at: 1 });
const ignored = contract.issueIgnored({ issue });
const undone = contract.issueUndone({ issue, what: ignored.type });

test("what was there, came, left and is left adds up, also for what came and left twice", () => {
  const courses = [
    course([1, found]),
    course([1, found], [120, ignored]),
    course([1, found], [50, resolved], [120, back]),
    course([1, found], [50, resolved], [120, back], [130, resolved], [140, back], [150, resolved]),
    course([110, found], [120, ignored], [130, undone]),
    course([110, found], [120, resolved]),
    course([1, found], [50, ignored]),
  ];
  const open = courses.filter((each) => each.openAfter).length;
  expect(inboxOf(courses, open)).toEqual({ before: 2, came: 4, left: 3, now: 3 });
  expect(courses.filter((each) => each.openBefore)).toHaveLength(2);
  expect(courses[4]).toMatchObject({ decisions: [], undone: 1 });
  expect(courses[3]?.decisions).toHaveLength(2);
});

test("the report says who decided what; what was undone does not count", async () => {
  await using world = await inbox();
  const { castor } = world;
  const now = world.ports.clock.now();
  for (const name of ["one", "two"])
    await world.store(anError("OldError", name, { timestamp: (now - 8 * 86_400_000) / 1000 }));
  for (const name of ["three", "four", "five"]) await world.store(anError("FreshError", name));
  await world.settle();
  await castor.run("errors.ignore", { issue: "shop-1" });
  await castor.run("errors.undo", { issue: "shop-1" });
  await castor.run("errors.snooze", { issue: "shop-1", snooze: { events: 10 } });
  await castor.run("errors.resolve", { issue: "shop-2" });
  await castor.run("errors.assign", { issue: "shop-3", to: "jane" });
  await castor.act("errors.merge", { issue: "shop-5", into: "shop-4" });
  await castor.run("errors.end-triage", { startedAt: now, shown: 4, decided: 4 });
  const report = await castor.ask(contract.report, contract.report.input.parse({}));
  expect(report.inbox).toEqual({ before: 0, came: 5, left: 3, now: 2 });
  const how = Object.fromEntries(report.decided.map((each) => [each.how, each.decisions]));
  expect(how).toEqual({ snoozed: 1, resolved: 1, assigned: 1, merged: 1 });
  expect(report.undone).toBe(1);
  expect(report.lastTriage?.minutes).toBeLessThan(1);
  expect(report.errors).toEqual({ events: 3, before: 2 });
  expect(report.markdown).toContain("Errors rose by 50 %: 3 after 2.");
  expect(report.markdown).toContain("Inbox at 2: 0 before, 5 came, 3 left.");
  const elsewhere = await castor.castor.askByName("errors.report", { project: "nothing" });
  expect(isRefusal(elsewhere) && elsewhere.problem.type).toBe(contract.unknownProject.type);
});

test("there is to filter by what was sent and decided", async () => {
  await using world = await inbox();
  await world.store(anError("OldError", "one", { release: "shop@1", environment: "staging" }));
  await world.settle();
  await world.castor.run("errors.assign", { issue, to: "jane" });
  expect(await world.castor.ask(contract.filters, {})).toEqual({
    releases: ["shop@1"],
    environments: ["staging"],
    assignees: ["jane"],
  });
});

test("an inbox that nobody has sent to has a report too", async () => {
  await using world = await inbox({ opened: false, intake: false });
  const report = await world.castor.ask(contract.report, contract.report.input.parse({}));
  expect(report.inbox).toEqual({ before: 0, came: 0, left: 0, now: 0 });
  expect(report.markdown).toContain("No errors.");
});

test("names in the report stay text", () => {
  const markdown = markdownOf({
    ...{ from: 0, to: week, errors: { events: 1, before: 0 }, weeks: [], undone: 0 },
    inbox: { before: 0, came: 1, left: 1, now: 0 },
    decided: [{ by: "<img src=x> | [me](http://x)", how: "ignored", decisions: 1 }],
  });
  expect(markdown).toContain("\\<img src=x\\> \\| \\[me\\]\\(http://x\\)");
  expect(trendOf({ events: 3, before: 3 })).toBe("Errors stayed as they were: 3 after 3.");
});

test("graphs show a day, a fortnight or a quarter", async () => {
  await using world = await inbox();
  await world.store(anError("OldError", "one"));
  await world.settle();
  for (const [span, bars] of [
    ["24h", 24],
    ["14d", 28],
    ["90d", 30],
  ] as const) {
    const { issues } = await world.castor.ask(
      contract.issues,
      contract.issues.input.parse({ span }),
    );
    expect(issues[0]?.graph).toHaveLength(bars);
    expect(issues[0]?.graph.at(-1)).toBe(1);
  }
});
