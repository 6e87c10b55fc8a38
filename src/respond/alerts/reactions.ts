import { type Effects, every, type Reaction, reconcile } from "#kernel";
import { configApplied } from "../../platform/settings/contract.ts";
import { dependencies } from "../../run/catalog/contract.ts";
import { before } from "./before/before.ts";
import { type Config, policyOf } from "./config.ts";
import { groupChanged, groupClosed, groupOpened } from "./contract.ts";
import { lookAtHeartbeats } from "./intake/heartbeats.ts";
import { deskFor } from "./intake/take.ts";
import type { Notice } from "./model/notice.ts";
import { silencesView } from "./silences.ts";

const lookEveryMs = 1_000;
const settleEveryMs = 10_000;
const facts = { opened: groupOpened, changed: groupChanged, closed: groupClosed };

/** In a storm nobody reads so much: of so many opened at once it is told what changed before. */
const describedMax = 10;

/** The same notice told twice (a kill between the log and the desk) is one fact. */
async function tellAll(fx: Effects<Config>, notices: readonly Notice[]): Promise<void> {
  const { groups } = deskFor(fx).board;
  let described = 0;
  for (const { kind, told } of notices) {
    const count = groups.get(told.key)?.count ?? 0;
    const id = `alerts.told.${told.group}.${count}`;
    const isDescribed = kind === "opened" && described++ < describedMax;
    const about = { service: told.service ?? undefined, at: told.since };
    const whole = isDescribed ? { ...told, before: before(fx, about) } : told;
    await fx.record(`groups/${told.group}`, [facts[kind](whole)], { id });
  }
}

export const reactions: readonly Reaction[] = [
  every("alerts.look", lookEveryMs, async (fx: Effects<Config>) => {
    await lookAtHeartbeats(fx);
    const desk = deskFor(fx);
    const silences = Object.values(fx.view(silencesView));
    const notices = desk.board.flush(fx.now, silences, () => fx.id());
    await tellAll(fx, notices);
    await desk.told(notices);
  }),
  every("alerts.settle", settleEveryMs, (fx: Effects<Config>) => deskFor(fx).settle(fx.now)),
  reconcile("alerts.policy", [configApplied], async (fx: Effects<Config>) => {
    const dependsOn = await fx.ask(dependencies, {});
    deskFor(fx).board.configure(policyOf(fx.config, dependsOn), fx.now);
  }),
];
