import { due, type Effects, every, on, type Reaction } from "#kernel";
import { allowCommand, ladderKey, releaseCommand } from "./commands.ts";
import type { Config } from "./config.ts";
import {
  type Climb,
  climbed,
  descended,
  forbidden,
  forced,
  type Rung,
  rungFailed,
  rungHeld,
  signalWords,
} from "./contract.ts";
import { isRung } from "./ladder.ts";
import { ladderOf, present } from "./present.ts";
import { pulse } from "./pulse.ts";
import { reasonStart, rungWork } from "./rungs.ts";

type Fx = Effects<Config>;
const pulseMs = 1_000;
const reasonCharsMax = 200;

const reasonOf = ({ why, signals }: Pick<Climb, "why" | "signals">): string =>
  `${reasonStart}${why === "pressure" ? signals.map(signalWords).join(", ") : why}`.slice(
    0,
    reasonCharsMax,
  );

/** Takes a rung, or says why not. A ladder that has moved on meanwhile, for example after a restart, is left alone. */
async function take(fx: Fx, of: { service: string; step: Rung; reason: string }): Promise<void> {
  const { service, step, reason } = of;
  if (ladderOf(fx.view(present), service).inForce[step] === undefined) return;
  const why = await rungWork[step].take(fx, { service, reason, hold: `${fx.config.hold}ms` });
  if (why !== undefined)
    await fx.record(ladderKey(service), [rungFailed({ service, at: fx.now, step, why })]);
}

async function leave(fx: Fx, service: string, step: Rung): Promise<void> {
  if (ladderOf(fx.view(present), service).inForce[step] === undefined)
    await rungWork[step].leave(fx, service);
}

export const reactions: readonly Reaction[] = [
  every("surge.pulse", pulseMs, pulse),
  on("surge.take", climbed, async ({ event: { data } }, fx: Fx) => {
    if (!data.dryRun && isRung(data.to))
      await take(fx, { service: data.service, step: data.to, reason: reasonOf(data) });
  }),
  on("surge.keep", rungHeld, async ({ event: { data } }, fx: Fx) => {
    await take(fx, { ...data, reason: `${reasonStart}still needed` });
  }),
  on("surge.leave", descended, async ({ event: { data } }, fx: Fx) => {
    if (data.inForce && isRung(data.from)) await leave(fx, data.service, data.from);
  }),
  on("surge.drop", forbidden, async ({ event: { data } }, fx: Fx) => {
    if (data.inForce) await leave(fx, data.service, data.step);
  }),
  due(
    "surge.forced-time",
    forced,
    ({ event }) => event.data.endsAt,
    async ({ event: { data } }, fx: Fx) => {
      if (ladderOf(fx.view(present), data.service).forced?.endsAt === data.endsAt)
        await fx.run(releaseCommand, { service: data.service });
    },
  ),
  due(
    "surge.forbidden-time",
    forbidden,
    ({ event }) => event.data.endsAt,
    async ({ event: { data } }, fx: Fx) => {
      const { service, step } = data;
      if (ladderOf(fx.view(present), service).forbidden[step]?.endsAt === data.endsAt)
        await fx.run(allowCommand, { service, step });
    },
  ),
];
