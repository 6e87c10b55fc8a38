import type { Read } from "#kernel";
import type * as z from "zod";
import type { Config } from "../config.ts";
import type { rulesNow } from "../contract.ts";
import { endOf, ownView } from "../own/open.ts";
import { burnOf, burns, tallyOf } from "./burn.ts";
import { countersOf } from "./numbers.ts";
import { conditionOf } from "./rule-watch.ts";

type Shown = z.infer<(typeof rulesNow)["output"]>;
type Firing = Shown["rules"][number]["firing"];

/** Whoever watches asks each second; windows of hours change slower. */
const burnsKeptMs = 10_000;
type Measured = Omit<Shown["objectives"][number], "firing">;
const measuredBy = new WeakMap<object, { at: number; measured: Measured[] }>();

/** How objectives stand, looked at again after a while or when the configuration changed. */
function measured(read: Read<Config>): Measured[] {
  const { objectives } = read.config;
  const known = measuredBy.get(objectives);
  if (known && read.now - known.at < burnsKeptMs) return known.measured;
  const numbers = countersOf(read);
  const now = Object.entries(objectives).map(([name, of]) => {
    const tally = tallyOf(of, numbers, { from: read.now - of.period, to: read.now });
    return {
      ...{ name, of: of.service ?? `route ${of.route}`, target: of.target },
      ...{ periodMs: of.period, slowerThan: of.slowerThan ?? null, ...tally },
      budgetLeft: tally.valid === 0 ? null : 1 - burnOf(tally, of),
      windows: burns(of, numbers, read.now).map(({ longMs, factor, long, severity }) => ({
        ...{ longMs, factor, severity, burn: long },
      })),
      tests: of.tests.length,
    };
  });
  measuredBy.set(objectives, { at: read.now, measured: now });
  return now;
}

export function rulesOf(read: Read<Config>): Shown {
  const { config, now } = read;
  const open = Object.values(read.view(ownView)).filter((own) => endOf(own, now) === undefined);
  const firingOf = (name: string): Firing =>
    open
      .filter(({ rule }) => rule === name)
      .map(({ labels, at, annotations }) => ({
        ...{ labels: { ...labels }, since: at, says: annotations["summary"] ?? name },
      }));
  return {
    rules: Object.entries(config.rules).map(([name, rule]) => ({
      ...{ name, says: conditionOf(rule), severity: rule.severity, forMs: rule.for },
      ...{ tests: rule.tests.length, firing: firingOf(name) },
    })),
    objectives: measured(read).map((each) => ({ ...each, firing: firingOf(each.name) })),
  };
}
