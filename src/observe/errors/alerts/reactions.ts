import {
  type Effects,
  type Event,
  type EventOf,
  every,
  on,
  type Reaction,
  type Recorded,
} from "#kernel";
import type { Config } from "../config.ts";
import * as contract from "../contract.ts";
import { type IssueEvent, issueModel, streamOf } from "../issue.ts";
import { deliver, post } from "./outbox.ts";
import { matches, type Occasion } from "./rules.ts";

const deliverEveryMs = 1_000;

/** What is told, and by which facts. */
const told = [
  ["new", contract.issueCreated],
  ["regressed", contract.issueRegressed],
  ["spiked", contract.issueSpiked],
  ["ramped", contract.issueRamped],
  ["calmed", contract.issueCalmed],
  ["spiked", contract.projectSpiked],
  ["ramped", contract.projectRamped],
  ["calmed", contract.projectCalmed],
  ["silent", contract.projectSilent],
  ["heard", contract.projectHeard],
  ["release", contract.releaseTroubled],
  ["job-failed", contract.monitorFailed],
  ["job-recovered", contract.monitorRecovered],
] as const;

/** What the error of a fact is, as it was first seen. */
function errorOf(
  fx: Effects,
  event: Event,
): EventOf<typeof contract.issueCreated>["data"] | undefined {
  const { issue } = event.data as { issue?: string };
  if (issue === undefined) return undefined;
  return fx.log
    .read(streamOf(issue))
    .reduce((state, each) => issueModel.evolve(state, each.event as IssueEvent), issueModel.initial)
    .of;
}

async function tell(occasion: Occasion, recorded: Recorded, fx: Effects<Config>): Promise<void> {
  const rules = Object.entries(fx.config.alerts);
  if (rules.length === 0) return;
  const { event, at, position } = recorded;
  const error = errorOf(fx, event);
  const { project = error?.project ?? "" } = event.data as { project?: string };
  const { environment } = error ?? (event.data as { environment?: string });
  const about = { occasion, project, environment, level: error?.level };
  const body = JSON.stringify({
    ...{ type: event.type, at: new Date(at).toISOString(), says: fx.says(event) },
    ...{ position, project, error, data: event.data },
  });
  for (const [rule, of] of rules)
    if (matches(of, about)) await post(fx, { id: `${fx.log.epoch}/${position}`, rule, body });
}

/** Alerts leave as webhooks, from an outbox that outlives restarts. */
export const alertReactions: readonly Reaction[] = [
  ...told.map(([occasion, def]) =>
    on(`errors.alert-${def.type.replace("errors.", "")}`, def, (recorded, fx: Effects<Config>) =>
      tell(occasion, recorded, fx),
    ),
  ),
  every("errors.alerts", deliverEveryMs, async (fx: Effects<Config>) => {
    if (Object.keys(fx.config.alerts).length > 0) await deliver(fx, fx.config.alerts);
  }),
];
