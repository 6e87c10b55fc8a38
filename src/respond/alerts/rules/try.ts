import type { CounterDef, Labels, Millis } from "#kernel";
import { latency, requests } from "../../../absorb/gateway/contract.ts";
import { objectiveWatch } from "./burn.ts";
import { numbersOf } from "./given-numbers.ts";
import { counterNamed } from "./known-counters.ts";
import type { Objective } from "./objective.ts";
import type { Rule } from "./rule.ts";
import { ruleWatch } from "./rule-watch.ts";
import { readSeries } from "./series.ts";
import type { RuleTest } from "./test-case.ts";
import { lookOnce, type Standing, type Watch } from "./watch.ts";

/** A stretch in which an alert fires, in milliseconds from the beginning; open at the end of the series. */
export type Stretch = { fires: Millis; until: Millis | undefined; labels: Labels };
export type Tried = {
  of: string;
  test: string;
  isRight: boolean;
  minutes: number;
  expected: Stretch[];
  got: Stretch[];
};

const minuteMs = 60_000;
/** Windows move in steps, so a test says minutes. */
const tolerance = minuteMs;

/** Tries all tests of rules and objectives: the same code that looks at real counters, on the numbers of the tests. */
export function tryAll(of: {
  rules: Readonly<Record<string, Rule>>;
  objectives: Readonly<Record<string, Objective>>;
}): Tried[] {
  return [
    ...Object.entries(of.rules).flatMap(([name, rule]) =>
      rule.tests.map((test) => tryOne(ruleWatch(name, rule), test, counterNamed(rule.counter))),
    ),
    ...Object.entries(of.objectives).flatMap(([name, objective]) => {
      const counter = objective.slowerThan === undefined ? requests : latency;
      return objective.tests.map((test) => tryOne(objectiveWatch(name, objective), test, counter));
    }),
  ];
}

function tryOne(watch: Watch, test: RuleTest, counter: CounterDef): Tried {
  const given = test.given.map(({ counter: other, labels, perMinute }) => ({
    counter: other === undefined ? counter : counterNamed(other),
    ...{ labels, minutes: readSeries(perMinute) ?? [] },
  }));
  const minutes = Math.max(...given.map((each) => each.minutes.length));
  const got = stretchesOf(watch, numbersOf(given), minutes * minuteMs);
  const expected = test.expect.map(({ fires, until, labels }) => ({ fires, until, labels }));
  const isRight = matchUp(expected, got);
  return { of: watch.name, test: test.name, isRight, minutes, expected, got };
}

type Numbers = ReturnType<typeof numbersOf>;
function stretchesOf(watch: Watch, numbers: Numbers, endMs: Millis): Stretch[] {
  const standing: Standing = new Map();
  const open = new Map<string, Stretch>();
  const all: Stretch[] = [];
  for (let at = watch.everyMs; at <= endMs; at += watch.everyMs)
    for (const { turn, labels } of lookOnce(watch, standing, numbers, at)) {
      const key = JSON.stringify(labels);
      const known = open.get(key);
      if (turn === "ends" && known) {
        known.until = at;
        open.delete(key);
      } else if (turn === "fires") {
        const stretch = { fires: at, until: undefined, labels };
        open.set(key, stretch);
        all.push(stretch);
      }
    }
  return all;
}

/** Each that is expected is there, and nothing else is. */
function matchUp(expected: readonly Stretch[], got: readonly Stretch[]): boolean {
  const left = new Set(got);
  for (const wanted of expected) {
    const found = [...left].find((each) => isAlike(wanted, each));
    if (!found) return false;
    left.delete(found);
  }
  return left.size === 0;
}

const isNear = (a: Millis | undefined, b: Millis | undefined): boolean =>
  a === undefined || b === undefined ? a === b : Math.abs(a - b) <= tolerance;
const isAlike = (wanted: Stretch, got: Stretch): boolean =>
  isNear(wanted.fires, got.fires) &&
  isNear(wanted.until, got.until) &&
  Object.entries(wanted.labels).every(([name, value]) => got.labels[name] === value);
