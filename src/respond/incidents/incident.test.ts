import { isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import * as contract from "./contract.ts";
import {
  give,
  type IncidentEvent,
  incidentModel,
  merge,
  move,
  note,
  reopen,
  tick,
  time,
} from "./incident.ts";
import { declare, Declare, register } from "./register.ts";

const incident = "inc-1";
const facts = {
  now: 1_000_000,
  actor: { kind: "person", id: "ann" },
  config: {},
  id: () => "id-1",
} as const;
const begun = contract.declared({
  ...{ incident, title: "Nobody can pay", severity: "sev2", services: ["shop"] },
  ...{ origin: { kind: "person" }, startedAt: 900_000, detectedAt: 950_000 },
});
const after = (...events: IncidentEvent[]) =>
  [begun, ...events].reduce(incidentModel.evolve, incidentModel.initial);
const types = (decided: ReturnType<typeof move>) =>
  isRefusal(decided) ? decided.problem.type : decided.map(({ type }) => type);

const at = (to: contract.Stage) => after(contract.moved({ incident, from: "triggered", to }));

test("a stage follows only from those before it; the same again is nothing new", () => {
  expect(types(move({ incident, to: "resolved" }, at("mitigating"), facts))).toEqual([
    "incidents.moved",
  ]);
  expect(types(move({ incident, to: "mitigating" }, at("monitoring"), facts))).toEqual([
    "incidents.moved",
  ]);
  expect(types(move({ incident, to: "mitigating" }, at("mitigating"), facts))).toEqual([]);
  expect(types(move({ incident, to: "acknowledged" }, at("resolved"), facts))).toBe(
    "incidents.wrong-stage",
  );
  expect(types(move({ incident, to: "reviewed" }, at("mitigating"), facts))).toBe(
    "incidents.wrong-stage",
  );
  expect(types(move({ incident, to: "resolved" }, incidentModel.initial, facts))).toBe(
    "incidents.unknown",
  );
});

test("only what is over is opened again", () => {
  expect(types(reopen({ incident, reason: "it is back" }, at("reviewed"), facts))).toEqual([
    "incidents.reopened",
  ]);
  expect(types(reopen({ incident, reason: "it is back" }, at("monitoring"), facts))).toBe(
    "incidents.wrong-stage",
  );
});

test("a note sent twice over a bad line is one note", () => {
  const said = { incident, note: "n-12345678", text: "rolled back" };
  expect(types(note(said, after(), facts))).toEqual(["incidents.noted"]);
  expect(types(note(said, after(contract.noted(said)), facts))).toEqual([]);
});

test("what is one with another incident is decided there", () => {
  const one = after(contract.merged({ incident, into: "inc-2", reason: "same cause" }));
  expect(types(move({ incident, to: "resolved" }, one, facts))).toBe("incidents.wrong-stage");
  expect(types(merge({ incident, into: incident, reason: "oops" }, after(), facts))).toBe(
    "incidents.wrong-stage",
  );
});

test("what is one with another incident stands alone again where it was, if somebody says so", () => {
  for (const stage of ["monitoring", "resolved"] as const) {
    const moved = contract.moved({ incident, from: "triggered", to: stage });
    const one = after(moved, contract.merged({ incident, into: "inc-2", reason: "same cause" }));
    const decided = reopen({ incident, reason: "it is not" }, one, facts);
    if (isRefusal(decided)) throw new Error(decided.detail);
    expect(decided.map(({ data }) => data)).toEqual([
      { incident, from: stage, reason: "it is not", apartFrom: "inc-2" },
    ]);
    const apart = decided.reduce(incidentModel.evolve, one);
    expect(apart.stage).toBe(stage);
    expect(isRefusal(note({ incident, text: "alone" }, apart, facts))).toBe(false);
  }
});

test("a person is the id of an account in the facts, and nobody is named in words", () => {
  const role = "commander" as const;
  const facts_ = (decided: ReturnType<typeof give>) =>
    isRefusal(decided) ? decided.problem.type : decided.map(({ data }) => data);
  expect(facts_(give({ incident, role, person: "me" }, after(), facts))).toEqual([
    { incident, role, person: "ann" },
  ]);
  const local = { ...facts, actor: { kind: "system", id: "local" } } as const;
  expect(facts_(give({ incident, role, person: "me" }, after(), local))).toBe(
    "incidents.no-person",
  );
  const byName = contract.roleGiven({ incident, role, person: "Ann Of Old" });
  expect(facts_(give({ incident, role, person: "me" }, after(byName), facts))).toEqual([
    { incident, role, person: "ann", before: "Ann Of Old" },
  ]);
  expect(contract.roleGiven.says(byName.data)).not.toContain("Ann");
});

test("a checklist has its own items, and a tick can be taken back", () => {
  const item = { incident, role: "commander", item: "severity" } as const;
  expect(types(tick({ ...item, done: true }, after(), facts))).toEqual(["incidents.ticked"]);
  const done = after(contract.ticked({ ...item, isDone: true }));
  expect(types(tick({ ...item, done: true }, done, facts))).toEqual([]);
  expect(types(tick({ ...item, done: false }, done, facts))).toEqual(["incidents.ticked"]);
  expect(types(tick({ ...item, item: "dance", done: true }, done, facts))).toBe(
    "incidents.unknown-item",
  );
});

test("nothing began after it was noticed, and nothing happens in the future", () => {
  const reason = "the graphs say so";
  expect(types(time({ incident, what: "started", at: 960_000, reason }, after(), facts))).toBe(
    "incidents.not-then",
  );
  expect(types(time({ incident, what: "detected", at: 2_000_000, reason }, after(), facts))).toBe(
    "incidents.not-then",
  );
  expect(types(time({ incident, what: "started", at: 800_000, reason }, after(), facts))).toEqual([
    "incidents.timed",
  ]);
});

test("what has the same origin is declared once, and numbers go up", () => {
  const asked = Declare.parse({ title: "Checkout is slow", origin: { kind: "alert", ref: "g1" } });
  const first = declare(asked, register.initial, facts);
  if (isRefusal(first)) throw new Error(first.detail);
  expect(first.map(({ type }) => type)).toEqual(["incidents.numbered", "incidents.declared"]);
  const known = register.evolve(
    register.initial,
    contract.numbered({ incident: "inc-1", origin: asked.origin }),
  );
  expect(declare(asked, known, facts)).toEqual([]);
  const other = declare(Declare.parse({ title: "Search is slow" }), known, facts);
  expect(isRefusal(other) ? other : other[0]?.data).toMatchObject({ incident: "inc-2" });
});
