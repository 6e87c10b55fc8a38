import { due, type Effects, every, type Reaction, reconcile } from "#kernel";
import { configApplied } from "../../platform/settings/contract.ts";
import { board } from "./board.ts";
import type { Config } from "./config.ts";
import { componentShown, maintenancePlanned, pageFacts } from "./contract.ts";
import { publishDue, publishSoon } from "./publish/round.ts";
import { moveCommand } from "./verbs.ts";

/** A component's days begin when the page first shows it. */
async function rememberComponents(fx: Effects<Config>): Promise<void> {
  const { since } = fx.view(board);
  for (const component of Object.keys(fx.config.components))
    if (since[component] === undefined) await fx.record("page", [componentShown({ component })]);
}

const lookEveryMs = 1_000;

export const reactions: readonly Reaction[] = [
  reconcile("status-page.publish", [...pageFacts, configApplied], publishSoon),
  every("status-page.pulse", lookEveryMs, publishDue),
  reconcile("status-page.components", [configApplied], rememberComponents),
  due(
    "status-page.maintenance-begins",
    maintenancePlanned,
    ({ event }) => event.data.from,
    async ({ event: { data } }, fx: Effects<Config>) =>
      void (await fx.run(moveCommand, { thread: data.thread, to: "in_progress" })),
  ),
  due(
    "status-page.maintenance-ends",
    maintenancePlanned,
    ({ event }) => event.data.to,
    async ({ event: { data } }, fx: Effects<Config>) =>
      void (await fx.run(moveCommand, { thread: data.thread, to: "completed" })),
  ),
];
