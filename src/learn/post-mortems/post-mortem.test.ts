import { spec } from "#kernel/testing";
import { expect, test } from "bun:test";
import { addAction, changeAction, dropAction, finishAction, reopenAction } from "./action-item.ts";
import { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { actionsNamed } from "./deploys.ts";
import * as rules from "./post-mortem.ts";
import { templates } from "./templates.ts";

const postMortem = "pm-1";
const given = spec(rules.postMortemModel, Config);
const drafted = contract.drafted({
  ...{ postMortem, incident: "inc-1", template: "short", dueAt: null, fingerprint: null },
  sections: (templates["short"]?.sections ?? []).map((each) => ({ ...each, text: "" })),
});
const moved = (from: contract.State, to: contract.State) =>
  contract.moved({ postMortem, from, to });
const factor = (id: string) => ({ id, text: `Factor ${id}`, kind: "condition" as const });

test("a graph names each factor once, and its links lead from one to another", () => {
  const draw = (factors: string[], links: [from: string, to: string][]) =>
    given(drafted).when(rules.draw, {
      ...{ postMortem, base: 0, factors: factors.map(factor) },
      links: links.map(([from, to]) => ({ from, to })),
    });
  draw(["a", "a"], []).refuses(contract.badGraph);
  draw(["a"], [["a", "b"]]).refuses(contract.badGraph);
  draw(["a"], [["a", "a"]]).refuses(contract.badGraph);
  const twice: [string, string] = ["a", "b"];
  draw(["a", "b"], [twice, twice]).refuses(contract.badGraph);
  const circle: [string, string][] = [twice, ["b", "a"]];
  expect(draw(["a", "b"], circle).decision).toHaveLength(1);
});

test("a graph that somebody else has drawn meanwhile is not drawn over", () => {
  const drawn = contract.drawn({ postMortem, version: 1, factors: [], links: [] });
  given(drafted, drawn)
    .when(rules.draw, { postMortem, base: 0, factors: [], links: [] })
    .refuses(contract.changedMeanwhile);
});

test("before its draft, a post-mortem is not there; another Castor's is read only", () => {
  const text = { postMortem, section: "summary", text: "x", base: 0 };
  given().when(rules.write, text).refuses(contract.unknownPostMortem);
  const imported = contract.imported({
    ...{ postMortem, manifest: "0", epoch: "e", title: "t", document: "{}" },
  });
  given(imported).when(rules.write, text).refuses(contract.wrongState);
  given(imported)
    .when(addAction, { postMortem, says: "x", kind: "detect" })
    .refuses(contract.wrongState);
});

test("it goes from draft over review to published, and back only to draft", () => {
  const to = (state: contract.State) => ({ postMortem, to: state });
  given(drafted).when(rules.move, to("published")).refuses(contract.wrongState);
  given(drafted).when(rules.move, to("draft")).changesNothing();
  const published = [
    drafted,
    moved("draft", "in-review"),
    moved("in-review", "reviewed"),
    moved("reviewed", "published"),
  ];
  given(...published)
    .when(rules.move, to("in-review"))
    .refuses(contract.wrongState);
  given(...published)
    .when(rules.move, to("draft"))
    .emits(moved("published", "draft"));
});

test("another template keeps what is written, and lets go of what is empty", () => {
  const written = contract.written({ postMortem, section: "changes", version: 1, text: "x" });
  const { decision } = given(drafted, written).when(rules.useTemplate, {
    ...{ postMortem, template: "castor" },
  });
  const used = Array.isArray(decision) ? decision : [];
  const ids = used.flatMap(({ data }) => (data as { sections: { id: string }[] }).sections);
  expect(ids.map(({ id }) => id)).toEqual([
    ...(templates["castor"]?.sections ?? []).map(({ id }) => id),
    "changes",
  ]);
  given(drafted)
    .when(rules.useTemplate, { postMortem, template: "none" })
    .refuses(contract.unknownItem);
});

test("an action is changed in part, done once, dropped with a reason and taken up again", () => {
  const of = { action: "a1", says: "Ask first", kind: "prevent", dueAt: null } as const;
  const added = contract.actionAdded({ postMortem, ...of });
  const action = { postMortem, action: "a1" };
  given(drafted).when(addAction, { postMortem, says: of.says, kind: of.kind }).emits(added);
  given(drafted, added)
    .when(changeAction, { ...action, owner: "ada" })
    .emits(contract.actionChanged({ postMortem, ...of, owner: "ada" }));
  given(drafted, added)
    .when(changeAction, { ...action, says: of.says })
    .changesNothing();
  const done = contract.actionDone({ ...action, how: "by-hand" });
  given(drafted, added).when(finishAction, action).emits(done);
  given(drafted, added, done).when(finishAction, action).changesNothing();
  given(drafted, added, done)
    .when(dropAction, { ...action, reason: "no" })
    .refuses(contract.wrongState);
  given(drafted, added, done)
    .when(reopenAction, { ...action, reason: "it came back" })
    .emits(contract.actionReopened({ ...action, reason: "it came back" }));
  given(drafted).when(finishAction, { postMortem, action: "a2" }).refuses(contract.unknownItem);
});

test("there are so many actions and comments, and no more", () => {
  const many = Array.from({ length: 100 }, (_, i) =>
    contract.actionAdded({
      ...{ postMortem, action: `a${i + 1}`, says: "x", kind: "detect", dueAt: null },
    }),
  );
  given(drafted, ...many)
    .when(addAction, { postMortem, says: "One more", kind: "detect" })
    .refuses(contract.tooMany);
});

test("a comment that a bad line sends twice is there once", () => {
  const said = { postMortem, comment: "c-12345678", author: "tester", text: "Why?" };
  given(drafted).when(rules.comment, said).emits(contract.commented(said));
  given(drafted, contract.commented(said)).when(rules.comment, said).changesNothing();
});

test.each([
  ["Ask first (castor-action: pm-12/a3)", ["pm-12/a3"]],
  ["castor-actions: pm-1/a1, PM-1/A2 pm-2/a10\nmore", ["pm-1/a1", "pm-1/a2", "pm-2/a10"]],
  ["fix pm-12/a3", []],
  ["castor-action: none", []],
])("actions named in %s", (text, names) => {
  expect(actionsNamed(text).map(({ postMortem: pm, action }) => `${pm}/${action}`)).toEqual(names);
});
