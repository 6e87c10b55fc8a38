import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requests } from "../src/absorb/gateway/contract.ts";
import { openCounters } from "../src/kernel/counters/open.ts";
import { virtualClock } from "../src/kernel/clock/virtual.ts";
import { Config, policyOf } from "../src/respond/alerts/config.ts";
import { simulate } from "../src/respond/alerts/replay/simulate.ts";
import type { Spell } from "../src/respond/alerts/replay/spells.ts";
import { objectiveWatch } from "../src/respond/alerts/rules/burn.ts";
import type { Numbers } from "../src/respond/alerts/rules/numbers.ts";
import { ruleWatch } from "../src/respond/alerts/rules/rule-watch.ts";
import type { Watch } from "../src/respond/alerts/rules/watch.ts";
import { atMost, type BenchResult, type BenchRow } from "./kit/rows.ts";

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
const services = 25;
const classes = ["2xx", "3xx", "4xx", "5xx"];
const hours = 6;
const looks = 300;
/** So much of a core may rules and objectives take. */
const corePercentMax = 5;
const rules = 50;
const objectives = 20;
const spells = 20_000;
const replaySecondsMax = 30;

const { rules: said, objectives: goals } = Config.parse({
  rules: {
    failing: {
      ...{ counter: "gateway.requests", where: { class: "5xx" }, of: {}, by: ["service"] },
      ...{ above: "5%", atLeast: 50 },
    },
  },
  objectives: { shop: { service: "service-3", target: "99.9%" } },
});

/** Milliseconds of processor time of this process. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Processor time of a look, over counters on disk with hundreds of series. */
async function lookMs(watch: Watch, numbers: Numbers, now: number): Promise<number> {
  const before = cpuMs();
  for (let n = 0; n < looks; n++) watch.look(numbers, now - (n % 6) * 10_000, () => false);
  return (cpuMs() - before) / looks;
}

async function looked(folder: string): Promise<BenchRow[]> {
  const clock = virtualClock({ seed: 1 });
  const counters = openCounters({ path: join(folder, "counters.db"), clock });
  const since = clock.now();
  for (let minute = 0; minute < hours * 60; minute++) {
    for (let service = 0; service < services; service++)
      for (const name of classes) {
        const count = name === "5xx" ? 1 + (minute % 7) * 3 : 100;
        counters.add(requests, { route: "all", service: `service-${service}`, class: name }, count);
      }
    await clock.advance(minuteMs);
  }
  const numbers: Numbers = {
    total: (of, span, group) => counters.total(of, span, group),
    distributions: (of, span, group) => counters.distributions(of, span, group),
    ...{ watched: () => 1, since: since - 100 * dayMs },
  };
  const rows: BenchRow[] = [];
  for (const [what, many, watch] of [
    [`${rules} rules by service`, rules, said["failing"] && ruleWatch("failing", said["failing"])],
    [
      `${objectives} objectives`,
      objectives,
      goals["shop"] && objectiveWatch("shop", goals["shop"]),
    ],
  ] as const) {
    if (!watch) continue;
    const each = await lookMs(watch, numbers, clock.now());
    const percent = (100 * many * each) / watch.everyMs;
    console.log(
      `${what}: ${each.toFixed(2)} ms of a core a look, every ${watch.everyMs / 1_000} s`,
    );
    const name = `${what}, ${services * classes.length} series`;
    rows.push(atMost(name, percent, corePercentMax, "% of a core"));
  }
  await counters.close();
  return rows;
}

async function replayed(): Promise<BenchRow> {
  const policy = policyOf(Config.parse({ route: { groupBy: ["service"] } }));
  const from = Date.UTC(2026, 0, 1);
  const all: Spell[] = Array.from({ length: spells }, (_, n) => {
    const at = from + (n * 30 * dayMs) / spells;
    const labels = { alertname: `A${n % 40}`, service: `service-${n % services}`, n: String(n) };
    return { labels, annotations: {}, since: at, from: at, to: at + 10 * minuteMs };
  });
  const before = cpuMs();
  const { pages } = await simulate(policy, all, {
    ...{ to: from + 31 * dayMs, silences: [] },
    breathe: () => Promise.resolve(),
  });
  const seconds = (cpuMs() - before) / 1_000;
  console.log(`${spells} alerts of 30 nights became ${pages.length} pages`);
  const name = `${spells} alerts of 30 nights replayed`;
  return atMost(name, seconds, replaySecondsMax, "s of a core");
}

/** What rules and objectives cost while nothing is wrong, and how long a replay of a month takes. */
export async function bench(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), "castor-rules-"));
  try {
    return { name: "rules", rows: [...(await looked(folder)), await replayed()] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
