import { expect, test } from "bun:test";
import type { Matcher } from "../contract.ts";
import { commonOf, fingerprintOf, labelsText } from "./labels.ts";
import { matches, matcherText, readMatcher } from "./matcher.ts";

test("fingerprints are those of Alertmanager", () => {
  expect(fingerprintOf({ alertname: "Bar" })).toBe("6d7d0a470ba0bb75");
  expect(
    fingerprintOf({
      ...{ alertname: "InstanceDown", cluster: "eu-1", instance: "127.0.0.1:1" },
      ...{ job: "down", replica: "a", severity: "critical" },
    }),
  ).toBe("30e79de8294531ee");
});

test("the order of labels does not matter, their separation does", () => {
  expect(fingerprintOf({ b: "2", a: "1" })).toBe(fingerprintOf({ a: "1", b: "2" }));
  expect(fingerprintOf({ a: "12" })).not.toBe(fingerprintOf({ a1: "2" }));
  expect(fingerprintOf({ a: "né" })).not.toBe(fingerprintOf({ a: "ne" }));
});

test("what all have in common is kept", () => {
  expect(
    commonOf([
      { a: "1", b: "2" },
      { a: "1", b: "3" },
    ]),
  ).toEqual({ a: "1" });
  expect(labelsText({ b: "2", a: 'say "x"' })).toBe('{a="say \\"x\\"", b="2"}');
});

for (const [text, hit, miss] of [
  ["alertname=InstanceDown", { alertname: "InstanceDown" }, { alertname: "Instance" }],
  ['severity=~"crit.*"', { severity: "critical" }, { severity: "acritical" }],
  ["node!=a", { node: "b" }, { node: "a" }],
  ["node!~a|b", { node: "c" }, { node: "b" }],
  ['team=""', {}, { team: "x" }],
] as const)
  test(`${text} is read as people and amtool write it`, () => {
    const matcher = readMatcher(text);
    if (!matcher) throw new Error("no matcher");
    expect(matches(matcher, hit)).toBe(true);
    expect(matches(matcher, miss)).toBe(false);
    expect(readMatcher(matcherText(matcher))).toEqual(matcher);
  });

test("what is no matcher is none", () => {
  for (const text of ["", "=x", "a", 'a="', "a=~(", '{a="x"', '""="x"', 'a b="x"'])
    expect(readMatcher(text)).toBe(undefined);
});

test("names of any characters are matched and written as Alertmanager does since 0.27", () => {
  for (const text of ['"service.name"="shop"', 'service.name="shop"', '"a \\"b\\""!~"x|y"']) {
    const matcher = readMatcher(text);
    expect(matcher && readMatcher(matcherText(matcher))).toEqual(matcher as Matcher);
  }
  expect(labelsText({ "a b": "1", "service.name": "x" })).toBe('{"a b"="1", service.name="x"}');
  expect(readMatcher('"service.name"=shop')).toMatchObject({ name: "service.name", value: "shop" });
});
