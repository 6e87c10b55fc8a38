import { chances, hoursOf, type Regime, regimes } from "./kit/spikes/regimes.ts";
import { type Rule, rulesAt } from "./kit/spikes/rules.ts";
import type { BenchResult, BenchRow } from "./kit/rows.ts";

const historyHours = 14 * 24;
const testHours = 14 * 24;
const hoursPerYear = 365 * 24;
/** Peers look at a week of counts in each hour, so they follow fewer issues; ours is asked how well it keeps its word. */
const issuesForPeers = 150;
const issuesForRate = 12_000;
const injectEveryHours = 24;
const alphas = [1e-3, 1e-4, 1e-5];
const chosen = 1e-5;

type Outcome = { falsePerYear: number; found: Record<number, number> };

/** False alarms by year and issue, and the share of injected bursts that are seen, in seven ways that errors come. */
export async function bench(): Promise<BenchResult> {
  const rows: BenchRow[] = [];
  for (const regime of regimes) {
    const { castor, peers } = rulesAt(chosen);
    const ours = follow(castor, regime, issuesForPeers);
    for (const peer of peers) {
      const theirs = follow(peer, regime, issuesForPeers);
      rows.push(...compare(regime, peer.name, ours, theirs));
    }
  }
  for (const alpha of alphas) {
    for (const regime of regimes) {
      const nominal = alpha * hoursPerYear;
      const { falsePerYear } = follow(rulesAt(alpha).castor, regime, issuesForRate, false);
      rows.push({
        what: `${regime.name}: false alarms at α = ${alpha.toExponential(0)}`,
        castor: falsePerYear,
        peer: nominal,
        peerName: "promised",
        ratio: (nominal + 0.001) / (falsePerYear + 0.001),
        unit: "per issue and year",
      });
    }
  }
  return { name: "spikes", rows };
}

function follow(rule: Rule, regime: Regime, issues: number, injects = true): Outcome {
  const chance = chances(20_261_122);
  let falseAlarms = 0;
  const found: Record<number, number> = { 20: 0, 100: 0 };
  let injected = 0;
  for (let issue = 0; issue < issues; issue++) {
    const hours = hoursOf(regime, historyHours + testHours, chance);
    const follower = rule.follow();
    for (const [at, hour] of hours.entries()) {
      if (at >= historyHours) {
        if (follower.alarms(hour)) falseAlarms++;
        if (injects && at % injectEveryHours === issue % injectEveryHours) {
          injected++;
          for (const extra of [20, 100]) count(found, extra, follower.alarms(hour, extra));
        }
      }
      follower.learn(hour);
    }
  }
  const years = (issues * testHours) / hoursPerYear;
  const share = (extra: number): number => ((found[extra] ?? 0) / Math.max(1, injected)) * 100;
  return { falsePerYear: falseAlarms / years, found: { 20: share(20), 100: share(100) } };
}

function count(found: Record<number, number>, extra: number, isFound: boolean): void {
  if (isFound) found[extra] = (found[extra] ?? 0) + 1;
}

function compare(regime: Regime, peerName: string, ours: Outcome, theirs: Outcome): BenchRow[] {
  const { name } = regime;
  const found = (extra: 20 | 100): BenchRow => ({
    what: `${name}: +${extra} found`,
    castor: ours.found[extra] ?? 0,
    peer: theirs.found[extra] ?? 0,
    peerName,
    ratio: ((ours.found[extra] ?? 0) + 1) / ((theirs.found[extra] ?? 0) + 1),
    unit: "%",
  });
  return [
    {
      what: `${name}: false alarms`,
      castor: ours.falsePerYear,
      peer: theirs.falsePerYear,
      peerName,
      ratio: (theirs.falsePerYear + 0.1) / (ours.falsePerYear + 0.1),
      unit: "per issue and year",
    },
    found(20),
    found(100),
  ];
}
