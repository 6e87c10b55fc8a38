import { type Facts, isRefusal, type Refusal } from "#kernel";
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { Config, ShowConfig } from "./config.ts";
import {
  budgetSpent,
  nameTaken,
  notNow,
  showIsOn,
  unknownQuestion,
  unknownShow,
} from "./contract/problems.ts";
import { phases } from "./contract/show.ts";
import { arm, close, disarm, finish, openDoors, publish, reveal } from "./decide.ts";
import { add } from "./draft.ts";
import {
  askedOf,
  endsAt,
  phaseOf,
  questionOnAir,
  type ShowFact,
  type Shows,
  shows,
  stateOf,
} from "./show.ts";

const question = { text: "Which one?", choices: ["this", "that"], right: "that", window: "10s" };
const config = Config.parse({
  shows: {
    final: {
      title: "The final",
      questions: { one: question, two: question, three: question },
      dimensions: { country: "countries", age: ["young", "old"] },
      privacy: { epsilonPerQuestion: 0.1, epsilonPerShow: 0.2 },
    },
  },
});

const rules = { openDoors, arm, disarm, reveal, close, publish, finish };
type Verb = keyof typeof rules;
type Move = { verb: Verb; show?: string; question?: string; afterMs?: number; anyway?: boolean };

/** Shows in the hands of somebody who presses buttons, in any order. */
class Stage {
  known: Shows = shows.initial;
  now = 1_000_000;
  facts: ShowFact[] = [];

  press({
    verb,
    show = "final",
    question: asked = "one",
    afterMs = 0,
    anyway = false,
  }: Move): Refusal | undefined {
    this.now += afterMs;
    const about: Facts<Config> = {
      now: this.now,
      actor: { kind: "person", id: "operator" },
      config,
      id: () => "id",
    };
    const input = { show, question: asked, in: 1_000, anyway };
    const before = JSON.stringify(this.known);
    const decision = rules[verb](input, this.known, about);
    expect(JSON.stringify(this.known)).toBe(before);
    if (isRefusal(decision)) return decision;
    for (const fact of decision) {
      this.known = shows.evolve(this.known, fact);
      this.facts.push(fact);
    }
    return undefined;
  }

  phase(asked: string, show = "final"): string {
    return phaseOf(askedOf(stateOf(this.known, show), asked), this.now);
  }
}

const pressed = (...moves: Move[]): Stage => {
  const stage = new Stage();
  for (const move of moves) expect(stage.press(move)).toBeUndefined();
  return stage;
};

test("a question goes from planned to published, and time does its part", () => {
  const stage = pressed({ verb: "openDoors" });
  const seen = [stage.phase("one")];
  for (const move of [
    { verb: "arm" },
    { verb: "reveal" },
    { verb: "reveal", afterMs: 1_000 },
    { verb: "close", afterMs: 10_000 },
  ] as const) {
    expect(stage.press(move)).toBeUndefined();
    seen.push(stage.phase("one"));
  }
  expect(stage.press({ verb: "publish" })).toBeUndefined();
  expect(seen).toEqual(["planned", "armed", "revealed", "open", "closed"]);
  expect(stage.facts.map(({ type }) => type)).toEqual([
    "live.doors-opened",
    "live.armed",
    "live.revealed",
    "live.closed",
    "live.publishing",
  ]);
});

test("what does not fit the phase is refused, and says what to do first", () => {
  const stage = new Stage();
  const no = (move: Move): string => stage.press(move)?.detail ?? "yes";
  expect(stage.press({ verb: "arm" })?.problem.type).toBe(notNow.type);
  expect(no({ verb: "arm" })).toContain("castor live open-doors final");
  stage.press({ verb: "openDoors" });
  const nine = stage.press({ verb: "arm", question: "nine" });
  expect(nine?.problem.type).toBe(unknownQuestion.type);
  expect(no({ verb: "arm", show: "nowhere" })).toContain("not open");
  expect(no({ verb: "reveal" })).toContain("arm it first");
  expect(no({ verb: "publish" })).toContain("close it first");
  stage.press({ verb: "arm" });
  expect(no({ verb: "arm", question: "two" })).toContain("one question at a time");
  expect(no({ verb: "finish" })).toContain("close it first");
  stage.press({ verb: "reveal" });
  expect(no({ verb: "disarm" })).toContain("people have seen it");
  stage.press({ verb: "close" });
  expect(no({ verb: "arm" })).toContain("asked once");
  stage.press({ verb: "finish" });
  expect(no({ verb: "arm", question: "two" })).toContain("over");
  expect(no({ verb: "openDoors" })).toContain("over");
});

const move = fc.record({
  verb: fc.constantFrom<Verb[]>(
    "openDoors",
    "arm",
    "disarm",
    "reveal",
    "close",
    "publish",
    "finish",
  ),
  show: fc.constantFrom("final", "final~rehearsal"),
  question: fc.constantFrom("one", "two", "three"),
  afterMs: fc.constantFrom(0, 500, 2_000, 15_000),
});
const anyMoves = fc.array(move, { maxLength: 60 });
/** Enough doors and reveals that most runs get somewhere. */
const start: Move[] = [{ verb: "openDoors" }, { verb: "openDoors", show: "final~rehearsal" }];

test("in any order of buttons: phases go forward, one question is on air, and the budget holds", () => {
  fc.assert(
    fc.property(anyMoves, (moves) => {
      const stage = pressed(...start);
      for (const each of moves) {
        const before = ["one", "two", "three"].map((id) => stage.phase(id));
        stage.press({ ...each, show: "final" });
        for (const [at, id] of ["one", "two", "three"].entries()) {
          const [was = "planned", is = "planned"] = [before[at], stage.phase(id)];
          const isBack = phases.indexOf(is as never) < phases.indexOf(was as never);
          if (isBack) expect([was, is]).toEqual(["armed", "planned"]);
        }
        const state = stateOf(stage.known, "final");
        const onAir = ["one", "two", "three"].filter((id) =>
          ["armed", "revealed", "open"].includes(stage.phase(id)),
        );
        expect(onAir.length).toBeLessThanOrEqual(1);
        expect(questionOnAir(state, stage.now)).toBe(onAir[0]);
        expect(state.spentThousandths).toBeLessThanOrEqual(200);
      }
    }),
    { numRuns: 400, seed: 7 },
  );
});

test("three publications at 0.1 do not fit a budget of 0.2, whatever is asked in between", () => {
  const stage = pressed({ verb: "openDoors" });
  for (const id of ["one", "two", "three"])
    for (const verb of ["arm", "reveal", "close", "publish", "publish"] as const)
      stage.press({ verb, question: id });
  const asked = stateOf(stage.known, "final").asked;
  expect(Object.values(asked).map(({ price }) => price)).toEqual([100, 100, undefined]);
  expect(stage.press({ verb: "publish", question: "three" })?.problem.type).toBe(budgetSpent.type);
});

test("whatever is done in a rehearsal, the show itself stays as it was", () => {
  fc.assert(
    fc.property(anyMoves, anyMoves, (ofShow, ofRehearsal) => {
      const stage = pressed(...start);
      for (const each of ofShow) stage.press(each);
      const before = JSON.stringify(stage.known["final"]);
      for (const each of ofRehearsal) stage.press({ ...each, show: "final~rehearsal" });
      expect(JSON.stringify(stage.known["final"])).toBe(before);
    }),
    { numRuns: 200, seed: 11 },
  );
});

test("a rehearsal begins anew when its doors open again, a show does not", () => {
  const show = "final~rehearsal";
  const stage = pressed(
    { verb: "openDoors", show },
    { verb: "arm", show },
    { verb: "reveal", show },
  );
  stage.press({ verb: "openDoors", show });
  expect(stage.phase("one", show)).toBe("planned");
  expect(stateOf(stage.known, show).run).toBe(2);
  stage.press({ verb: "openDoors" });
  stage.press({ verb: "openDoors" });
  expect(stateOf(stage.known, "final").run).toBe(1);
});

test("configuration names what is wrong where it is wrong", () => {
  const wrong = Config.safeParse({
    shows: {
      final: {
        title: "x",
        dimensions: { country: "countries", age: Array.from({ length: 100 }, (_, n) => `${n}`) },
        questions: { one: { ...question, right: "neither" } },
      },
    },
  });
  expect(wrong.success).toBe(false);
  const paths = wrong.error?.issues.map(({ path }) => path.join("."));
  expect(paths).toContain("shows.final.questions.one.right");
});

test("a show is planned over the API under a name that is free, and opens like a configured one", () => {
  const about = { now: 5, actor: { kind: "system", id: "test" }, config, id: () => "id" } as const;
  const definition = ShowConfig.parse({ title: "Poll", questions: { one: question } });
  const added = add({ show: "poll", definition }, {}, about);
  if (isRefusal(added)) throw new Error(added.detail);
  const known = added.reduce((so: Shows, fact) => shows.evolve(so, fact), {});
  const opened = openDoors({ show: "poll~rehearsal", anyway: false }, known, about);
  expect(isRefusal(opened) ? opened.detail : opened[0]?.type).toBe("live.doors-opened");
  const again = add({ show: "final", definition }, known, about);
  expect(isRefusal(again) && again.problem.type).toBe(nameTaken.type);
  const nowhere = openDoors({ show: "nowhere", anyway: false }, known, about);
  expect(isRefusal(nowhere) && nowhere.problem.type).toBe(unknownShow.type);
});

test("a show and a question may be called what every object has", () => {
  const about = { now: 5, actor: { kind: "system", id: "test" }, config, id: () => "id" } as const;
  const unknown = openDoors({ show: "constructor", anyway: false }, {}, about);
  expect(isRefusal(unknown) && unknown.problem.type).toBe(unknownShow.type);
  const named = Config.parse({
    shows: { constructor: { title: "Named", questions: { constructor: question } } },
  });
  let known: Shows = {};
  for (const decide of [openDoors, arm] as const) {
    const input = { show: "constructor", question: "constructor", anyway: false };
    const decided = decide(input, known, { ...about, config: named });
    if (isRefusal(decided)) throw new Error(decided.detail);
    known = decided.reduce((so: Shows, fact) => shows.evolve(so, fact), known);
  }
  expect(phaseOf(askedOf(stateOf(known, "constructor"), "constructor"), 5)).toBe("armed");
});

test("a rehearsal waits while a question of a real show is on, unless it is told not to; the show waits for no rehearsal", () => {
  const show = "final~rehearsal";
  const stage = pressed({ verb: "openDoors" }, { verb: "openDoors", show }, { verb: "arm", show });
  expect(stage.press({ verb: "arm" })).toBeUndefined();
  for (const phase of ["armed", "revealed", "open"]) {
    expect(stage.phase("one")).toBe(phase);
    for (const move of [
      { verb: "openDoors", show },
      { verb: "reveal", show },
    ] as const)
      expect(stage.press(move)?.problem.type).toBe(showIsOn.type);
    if (phase === "armed") stage.press({ verb: "reveal" });
    else stage.now += 1_000;
  }
  expect(stage.press({ verb: "openDoors", show, anyway: true })).toBeUndefined();
  expect(stage.press({ verb: "arm", show })?.detail).toContain("one of final is on");
  expect(stage.press({ verb: "arm", show, anyway: true })).toBeUndefined();
  expect(stage.press({ verb: "reveal", show, anyway: true })).toBeUndefined();
  stage.press({ verb: "close" });
  expect(stage.press({ verb: "openDoors", show })).toBeUndefined();
});

test("a rehearsal that nobody ends is over after a day, however long the show may take", () => {
  const stage = pressed({ verb: "openDoors" }, { verb: "openDoors", show: "final~rehearsal" });
  const inHours = (show: string): number =>
    ((endsAt(show, stateOf(stage.known, show)) ?? Infinity) - stage.now) / 3_600_000;
  // People may join for weeks before the first question.
  expect([inHours("final"), inHours("final~rehearsal")]).toEqual([Infinity, 24]);
  for (const verb of ["arm", "reveal", "close"] as const) stage.press({ verb });
  expect(inHours("final")).toBe(7 * 24);
});
