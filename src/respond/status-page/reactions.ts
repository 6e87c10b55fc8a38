import { due, type Effects, type Reaction, reconcile } from "#kernel";
import { configApplied } from "../../platform/settings/contract.ts";
import { board } from "./board.ts";
import type { Config } from "./config.ts";
import { componentShown, maintenancePlanned } from "./contract.ts";
import { moveCommand } from "./verbs.ts";

/** A component's days begin when the page first shows it. */
async function rememberComponents(fx: Effects<Config>): Promise<void> {
  const { since } = fx.view(board);
  for (const component of Object.keys(fx.config.components))
    if (since[component] === undefined) await fx.record("page", [componentShown({ component })]);
}

export const reactions: readonly Reaction[] = [
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
