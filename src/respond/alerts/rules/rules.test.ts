import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { Config } from "../config.ts";
import { triedLines } from "./show.ts";
import { tryAll } from "./try.ts";

type Given = { rules?: object; objectives?: object };
const tried = (of: Given) => {
  const { rules, objectives } = Config.parse(of);
  return tryAll({ rules, objectives });
};
/** When a rule fires over these series, in minutes; `-` is to the end. */
const fires = (rule: object, given: object[]): string[] => {
  const tests = [{ name: "it", given }];
  const [one] = tried({ rules: { it: { counter: "gateway.requests", ...rule, tests } } });
  return (one?.got ?? []).map(
    (each) => `${each.fires / 60_000}-${each.until === undefined ? "" : each.until / 60_000}`,
  );
};
const burns = (objective: object, given: object[]): string[] => {
  const tests = [{ name: "it", given }];
  const [one] = tried({
    objectives: { it: { service: "shop", target: "99.9%", ...objective, tests } },
  });
  return (one?.got ?? []).map(
    (each) =>
      `${each.labels["severity"]} ${each.fires / 60_000}-${each.until === undefined ? "" : each.until / 60_000}`,
  );
};

const bad = (perMinute: string) => ({ labels: { service: "shop", class: "5xx" }, perMinute });
const good = (perMinute: string) => ({ labels: { service: "shop", class: "2xx" }, perMinute });

describe("thresholds", () => {
  const share = { where: { class: "5xx" }, of: {}, above: "5%", over: "5m", for: "2m" };
  test("a share that is too high for long enough fires, and ends when it is past", () =>
    expect(fires(share, [bad("0x10 20x10 0x20"), good("100x40")])).toEqual(["13.5-24.5"]));
  test("what is bad for less than the hold wakes nobody", () =>
    expect(fires({ ...share, for: "10m" }, [bad("0x10 20x3 0x20"), good("100x33")])).toEqual([]));
  test("one of two requests is no outage", () =>
    expect(fires({ ...share, atLeast: 50 }, [bad("1x30"), good("1x30")])).toEqual([]));
  test("of measurements the quantile counts", () =>
    expect(
      fires({ counter: "gateway.latency", quantile: 0.99, above: "800ms", for: "0s" }, [
        { labels: { service: "shop" }, perMinute: "100@50x10 100@900x10" },
      ]),
    ).toEqual(["10.5-"]));
  test("each group is an alert of its own", () => {
    const given = ["a", "b"].map((service) => ({
      labels: { service, class: "5xx" },
      perMinute: service === "a" ? "50x20" : "0x20",
    }));
    const [one] = tried({
      rules: {
        it: {
          ...{ counter: "gateway.requests", by: ["service"], where: { class: "5xx" } },
          ...{ above: 10, per: "minute", for: "0s" },
          tests: [{ name: "it", given, expect: [{ fires: "1m", labels: { service: "a" } }] }],
        },
      },
    });
    expect(one?.got).toHaveLength(1);
    expect(one?.isRight).toBe(true);
  });
});

describe("absence", () => {
  const rule = { where: { service: "shop" }, absent: true, over: "5m", for: "0s" };
  test("silence fires once the whole stretch was silent", () =>
    expect(fires(rule, [good("10x10 0x20")])).toEqual(["15-"]));
  test("while nobody counted nothing is silent, and what fires goes on", () => {
    expect(fires(rule, [good("10x10 _x20")])).toEqual([]);
    expect(fires(rule, [good("10x10 0x10 _x10 0x10")])).toEqual(["15-"]);
  });
  test("before anybody counted nothing is missed", () =>
    expect(fires(rule, [good("0x3 10x10")])).toEqual([]));
  test("one of several that fell silent is told by name", () =>
    expect(
      fires({ ...rule, where: {}, by: ["service"] }, [
        good("10x10 0x10"),
        { labels: { service: "blog", class: "2xx" }, perMinute: "10x20" },
      ]),
    ).toEqual(["15-"]));
});

describe("change", () => {
  test("twice as much as just before is a rise, and a slow hour is a fall", () => {
    const rise = { where: { service: "shop" }, rises: "100%", over: "5m", for: "0s" };
    expect(fires(rule(rise), [good("100x20 300x20")])).toEqual(["23-27"]);
    const fall = {
      where: { service: "shop" },
      falls: "50%",
      over: "10m",
      against: "1h",
      for: "0s",
    };
    expect(fires(rule(fall), [good("100x80 20x20")])).toEqual(["87-"]);
  });
  const rule = (of: object): object => ({ atLeast: 50, ...of });
  test("from hardly anything to a little is no rise", () =>
    expect(
      fires({ where: { service: "shop" }, rises: "100%", over: "5m", for: "0s", atLeast: 50 }, [
        good("0x20 2x20"),
      ]),
    ).toEqual([]));
});

describe("objectives", () => {
  test("an outage pages within minutes, and a short calm within it ends nothing", () =>
    expect(
      burns({}, [bad("0x120 100x8 0x6 100x20 0x180"), good("100x120 0x8 100x6 0x20 100x180")]),
    ).toEqual([expect.stringMatching(/^critical 12[12](\.5)?-\d+/)]));
  test("ten times the bearable rate pages nobody at first, and is a page within four hours", () => {
    // 1 % of 1,000 a minute, where 0.1 % may: the first window needs 14.4 times, the second 6.
    const found = burns({}, [bad("0x4320 10x300"), good("1000x4620")]);
    expect(found[0]).toMatch(/^critical 45[2-4]\d/);
  });
  test("a slow burn is a ticket", () =>
    expect(burns({}, [bad("0x4320 2x2400"), good("1000x6720")])[0]).toMatch(/^warning /));
  test("nothing is said before there is a whole window to look back on", () =>
    expect(burns({}, [bad("100x40")])).toEqual([]));
  test("few failures of few requests wake nobody", () =>
    expect(burns({}, [bad("0x120 0x55 1x5"), good("1x180")])).toEqual([]));
  test("what clients did wrong is neither good nor bad", () => {
    const scanner = { labels: { service: "shop", class: "4xx" }, perMinute: "0x120 5000x60" };
    expect(burns({}, [scanner, good("100x180")])).toEqual([]);
    expect(burns({}, [scanner, bad("0x120 50x60"), good("100x180")])[0]).toMatch(/^critical 12/);
  });
  test("what the operator stopped is no failure", () => {
    const ofRoute = { labels: { ...bad("").labels, route: "all" }, perMinute: "0x120 100x30" };
    const refused = (reason: string) => ({
      ...{ counter: "gateway.refusals", labels: { route: "all", reason } },
      perMinute: "0x120 100x30",
    });
    const served = good("100x120 0x30");
    expect(burns({}, [ofRoute, refused("gateway.stopped"), served])).toEqual([]);
    expect(burns({}, [ofRoute, refused("gateway.no-instance"), served])).toHaveLength(1);
  });
  test("slow answers burn the budget of an objective that says how slow", () =>
    expect(
      burns({ slowerThan: "800ms", target: "99%" }, [
        { labels: { service: "shop" }, perMinute: "100@50x120 100@2000x30" },
      ])[0],
    ).toMatch(/^critical 1[23]/));
  test("while nobody counts nothing begins and nothing ends", () =>
    expect(burns({}, [bad("0x120 100x10 _x180"), good("100x120 0x10 _x180")])[0]).toMatch(/-$/));
});

test("a rule that cannot be is refused with the reason", () => {
  for (const [rule, why] of [
    [{ counter: "gateway.reqests", above: 1 }, /No such counter/],
    [{ counter: "gateway.requests" }, /Say one of above/],
    [{ counter: "gateway.requests", above: 1, absent: true }, /Say one of/],
    [{ counter: "gateway.requests", above: 1, where: { servce: "x" } }, /has no label "servce"/],
    [{ counter: "gateway.requests", above: 1, quantile: 0.9 }, /measures nothing/],
    [{ counter: "gateway.requests", above: "5 apples" }, /Write a/],
  ] as const) {
    const read = Config.safeParse({ rules: { it: rule } });
    expect(read.success ? "" : z.prettifyError(read.error)).toMatch(why);
  }
});

test("a test that fails shows what was expected above what came", () => {
  const [one] = tried({
    rules: {
      outage: {
        ...{
          counter: "gateway.requests",
          where: { class: "5xx" },
          above: 50,
          for: "0s",
          keepFor: "0s",
        },
        tests: [
          {
            name: "an outage fires",
            given: [bad("0x10 100x10 0x10")],
            expect: [{ fires: "15m", until: "20m" }],
          },
        ],
      },
    },
  });
  expect(one && triedLines(one).join("\n")).toMatchInlineSnapshot(`
    "✗ outage: an outage fires
        expected  ···············█████··········  15m to 20m
        got       ···········██████████████·····  11m to 24.5m {alertname="outage", severity="error"}"
  `);
});
