import type { BenchResult, BenchRow } from "./kit/rows.ts";
import { regimes } from "./kit/spikes/regimes.ts";
import { alarmsOf } from "./kit/spikes/wiring.ts";

const issuesEach = 3;
const weeks = 4;
const hoursPerWeek = 168;
const budgets = [0.1, 2];
const seeds = [1, 2, 3];

/** False pages a week that the whole wiring raises, beside the number that an operator said are borne. */
export async function bench(): Promise<BenchResult> {
  const rows: BenchRow[] = [];
  const issues = regimes.length * issuesEach;
  for (const falsePagesPerWeek of budgets) {
    const all = [];
    for (const seed of seeds)
      all.push(
        ...(await alarmsOf({
          ...{ regimes, issuesEach, falsePagesPerWeek, seed },
          hours: weeks * hoursPerWeek,
        })),
      );
    const first = all.filter(({ hour }) => hour < hoursPerWeek).length / seeds.length;
    const later = (all.length - first * seeds.length) / (seeds.length * (weeks - 1));
    const row = (when: string, measured: number): BenchRow => ({
      what: `${issues} errors, budget ${falsePagesPerWeek} a week, ${when}`,
      castor: measured,
      peer: falsePagesPerWeek,
      peerName: "promised",
      ratio: (falsePagesPerWeek + 0.01) / (measured + 0.01),
      unit: "false pages a week",
    });
    rows.push(row("the first week, knowing nothing", first), row("after it", later));
    for (const { hour, kind, of } of all) console.log(`hour ${hour}: ${kind} ${of}`);
  }
  return { name: "false-pages", rows };
}
