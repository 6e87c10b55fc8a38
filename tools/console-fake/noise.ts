import type { AlertsNoise, AlertsRules, PagesReplayed } from "../../src/console/live/shapes.ts";
import { Config } from "../../src/respond/alerts/config.ts";
import type { PageRow } from "../../src/respond/alerts/noise/pages.ts";
import { noiseReport } from "../../src/respond/alerts/noise/report.ts";

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
const told = [
  ["DiskFull", "db", "The disk of db-1 is 91 % full"],
  ["slow-checkout", "shop", "gateway.latency p99 (service shop) is 1240 ms, above 800 ms"],
  ["InstanceUnhealthy", "blog", "blog-2 is not healthy: no answer within 2 s"],
  ["slow-checkout", "shop", "gateway.latency p99 (service shop) is 910 ms, above 800 ms"],
  ["ErrorBudgetBurning", "shop", "shop uses up its error budget 22 times too fast"],
] as const;

const rows = (days: number): PageRow[] =>
  Array.from({ length: days * 5 }, (_, n): PageRow => {
    const [rule, service, title] = told[n % told.length] ?? told[0];
    const at = Date.now() - ((n * 293 * minuteMs) % (days * dayMs)) - 40 * minuteMs;
    const isNoise = rule === "slow-checkout" && n % 2 === 1;
    return {
      ...{ group_id: `g-${n}`, at, title, rule, service, severity: "error", key: rule },
      ...{ fingerprints: "[]", since: at, ended_at: at + (n % 7) * 3 * minuteMs },
      acknowledged_at: n % 3 === 0 ? at + minuteMs : null,
      verdict: isNoise ? "noise" : n % 4 === 0 ? "useful" : null,
      because: isNoise
        ? "it is over before anybody has opened the laptop"
        : n % 4 === 0
          ? "I freed the disk"
          : null,
    };
  }).toSorted((a, b) => b.at - a.at);

export function fakeNoise(input: URLSearchParams): AlertsNoise {
  const days = Number(input.get("days") ?? 7);
  const { noise: config } = Config.parse({ noise: { zone: "Europe/Paris" } });
  const span = { from: Date.now() - days * dayMs, to: Date.now() };
  const pathOf = (rule: string): string | null =>
    rule === "slow-checkout" ? `alerts.rules.${rule}` : null;
  return noiseReport(rows(days), span, { config, pathOf });
}

const hourMs = 60 * minuteMs;
const windows = (burns: readonly number[]): AlertsRules["objectives"][number]["windows"] => [
  { longMs: hourMs, factor: 14.4, burn: burns[0] ?? 0, severity: "critical" },
  { longMs: 6 * hourMs, factor: 6, burn: burns[1] ?? 0, severity: "critical" },
  { longMs: 72 * hourMs, factor: 1, burn: burns[2] ?? 0, severity: "warning" },
];
const objective = {
  ...{ periodMs: 30 * dayMs, slowerThan: null, tests: 2, firing: [] },
};

export const fakeRules = (): AlertsRules => ({
  rules: [
    {
      ...{ name: "slow-checkout", severity: "error", forMs: 2 * minuteMs, tests: 3 },
      says: "gateway.latency p99 (service shop) above 800 ms within 5 min",
      firing: [
        {
          labels: { service: "shop" },
          since: Date.now() - 12 * minuteMs,
          says: "gateway.latency p99 (service shop) is 1240 ms, above 800 ms",
        },
      ],
    },
    {
      ...{ name: "nobody-buys", severity: "critical", forMs: 0, tests: 0, firing: [] },
      says: "gateway.requests (route checkout) not counted at all within 10 min",
    },
  ],
  objectives: [
    {
      ...objective,
      name: "shop-works",
      of: "shop",
      target: 0.999,
      valid: 4_213_904,
      bad: 1_893,
      budgetLeft: 0.551,
      windows: windows([0.4, 1.2, 0.6]),
    },
    {
      ...objective,
      ...{
        name: "checkout-is-fast",
        of: "shop",
        target: 0.99,
        slowerThan: 800,
        valid: 812_223,
        bad: 10_100,
      },
      ...{ budgetLeft: -0.24, windows: windows([22, 7.4, 1.3]) },
      firing: [{ labels: {}, since: Date.now() - 3 * minuteMs, says: "burns" }],
    },
  ],
});

export function fakeReplay(): PagesReplayed {
  const at = Date.now() - 3 * dayMs;
  const page = {
    at,
    title: "shop answers with errors",
    rule: "failing",
    service: "shop",
    severity: "critical",
  } as const;
  return {
    ...{ from: Date.now() - 7 * dayMs, to: Date.now(), rulesFrom: at, was: 83, would: 6 },
    says: "Would have paged 6 times instead of 83, and missed the one of 3 May by 4 min.",
    rules: [
      { rule: "failing", was: 40, would: 3 },
      { rule: "DiskFull", was: 43, would: 3 },
    ],
    missed: [
      { ...page, group: "g-1", mattered: true, byMs: 4 * minuteMs },
      { ...page, at: at + hourMs, title: "db is slow", group: "g-2", mattered: false, byMs: null },
    ],
    ...{
      later: [{ ...page, group: "g-3", mattered: true, byMs: 8 * minuteMs }],
      extra: [],
      pages: [],
    },
    calls: fakeCalls(page),
  };
}

const fakeCalls = (page: { at: number; title: string }): PagesReplayed["calls"] => ({
  says: "Would have called ada 4 times instead of 12, ben 3 times instead of never. Half of it would have been seen to within 3 min instead of 9 min.",
  ...{ pages: { was: 83, would: 6 }, calls: { was: 12, would: 7 } },
  ...{ unanswered: { was: 2, would: 0 }, medianMs: { was: 9 * minuteMs, would: 3 * minuteMs } },
  people: [
    { person: "ada", was: 12, would: 4, atNight: { was: 5, would: 1 } },
    { person: "ben", was: 0, would: 3, atNight: { was: 0, would: 0 } },
  ],
  would: [
    {
      ...{ at: page.at, title: page.title, service: "shop", severity: "critical" },
      ...{ receiver: "default", called: [{ person: "ada", at: page.at }] },
      ...{ acknowledgedBy: "ada", acknowledgedAfterMs: 3 * minuteMs },
    },
    {
      ...{ at: page.at + hourMs, title: "db is slow", service: "db", severity: "error" },
      ...{ receiver: "default", called: [{ person: "ben", at: page.at }] },
      ...{ acknowledgedBy: null, acknowledgedAfterMs: null },
    },
  ],
});
