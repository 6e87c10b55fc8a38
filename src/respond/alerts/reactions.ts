import { type Effects, type Found, processesOf, type Reaction, reconcile, serve } from "#kernel";
import { configApplied } from "../../platform/settings/contract.ts";
import { dependencies, instancePlaced, serviceWithdrawn } from "../../run/catalog/contract.ts";
import { before } from "./before/before.ts";
import { type Config, policyOf } from "./config.ts";
import {
  acknowledged,
  groupChanged,
  groupClosed,
  groupOpened,
  intakeOpened,
  silenced,
  silenceExpired,
} from "./contract.ts";
import { outpostName, picture } from "./intake/picture.ts";
import { type Finding, intakeReport } from "./intake/topics.ts";
import { ownInhibits } from "./own/inhibits.ts";
import { isWanted } from "./reach.ts";
import { silencesView, silenceTurnsView } from "./silences.ts";

/** How the process is started. Given to Castor as equipment `machine`. */
type Machine = { outpostCommand: (name: string) => string[] };

const stopGraceMs = 10_000;
const restartMsMin = 50;
const restartMsMax = 1_000;
const facts = { opened: groupOpened, changed: groupChanged, closed: groupClosed };

/** In a storm nobody reads so much: of so many opened at once it is told what changed before. */
const describedMax = 10;

async function publishPicture(fx: Effects<Config>): Promise<void> {
  const { config } = fx;
  await fx.snapshots.put(picture, {
    policy: policyOf(config, await fx.ask(dependencies, {}), await ownInhibits(fx)),
    intakes: Object.fromEntries(
      Object.entries(config.intakes).map(([name, { format, labels, every, map }]) => [
        name,
        { format, labels, map, ...(every === undefined ? {} : { every }) },
      ]),
    ),
    resolveTimeoutMs: config.resolveTimeout,
    alertsMax: config.alertsMax,
    silences: Object.values(fx.view(silencesView)),
    silenceTurns: fx.view(silenceTurnsView),
  });
}

async function publishProcess(fx: Effects<Config>): Promise<void> {
  const { outpostCommand } = fx.equipment<Machine>("machine");
  const intake = {
    id: outpostName,
    // It holds its store alone, so the next one starts when it has ended.
    kind: "service" as const,
    command: outpostCommand(outpostName),
    ready: { file: true as const },
    stop: { graceMs: stopGraceMs },
    // While it is away, Prometheus drops what it has.
    restart: { firstMs: restartMsMin, maxMs: restartMsMax },
  };
  await fx.snapshots.put(processesOf("alerts"), { processes: isWanted(fx) ? [intake] : [] });
}

/** The same finding told twice is one fact: its id is the envelope's. */
async function decide(
  { id, finding: found }: Found<Finding>,
  isDescribed: boolean,
  fx: Effects<Config>,
): Promise<void> {
  if (found.kind === "told") {
    const { told, as } = found;
    const about = { service: told.service ?? undefined, at: told.since };
    const whole = isDescribed ? { ...told, before: before(fx, about) } : told;
    await fx.record(`groups/${told.group}`, [facts[as](whole)], { id: found.id });
    return;
  }
  const { group, by } = found;
  await fx.record(`groups/${group}`, [acknowledged({ group, by })], { id });
}

async function decideAll(all: readonly Found<Finding>[], fx: Effects<Config>): Promise<void> {
  let opened = 0;
  for (const each of all) {
    const isOpening = each.finding.kind === "told" && each.finding.as === "opened";
    await decide(each, isOpening && opened++ < describedMax, fx);
  }
}

const pictured = [configApplied, silenced, silenceExpired, instancePlaced, serviceWithdrawn];

export const reactions: readonly Reaction[] = [
  reconcile("alerts.picture", pictured, publishPicture),
  reconcile("alerts.process", [configApplied, intakeOpened], publishProcess),
  serve(intakeReport, async (report, fx: Effects<Config>) => {
    if (report.kind === "counted") fx.merge(report.delta as Parameters<typeof fx.merge>[0]);
    else await decideAll(report.findings, fx);
    return "noted";
  }),
];
