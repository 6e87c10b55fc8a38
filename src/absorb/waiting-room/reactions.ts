import { due, type Effects, every, type Reaction, reconcile, started } from "#kernel";
import { configApplied } from "../../platform/settings/contract.ts";
import { releaseCommand, resetNumbersCommand } from "./commands.ts";
import type { Config } from "./config.ts";
import { closed, numbersChanged, opened, released } from "./contract.ts";
import { hubCluster } from "./workers/contract.ts";
import { Hubs } from "./hubs.ts";
import { publishPicture } from "./picture.ts";
import { said } from "./said.ts";

const tickMs = 1_000;
const keyLookMs = 3_600_000;
const answerWithinMs = 5_000;

/** What was said of a room ends, unless somebody has said something else since. */
async function endOverride(room: string, startedAt: number, fx: Effects): Promise<void> {
  if (fx.view(said)[room]?.override?.startedAt === startedAt)
    await fx.run(releaseCommand, { room });
}

export const reactions: readonly Reaction[] = [
  reconcile("waiting-room.picture", [configApplied, opened, closed, released], publishPicture),
  every("waiting-room.keys", keyLookMs, publishPicture),
  started((fx: Effects<Config>) => new Hubs(fx).serve()),
  every("waiting-room.tick", tickMs, async (fx: Effects<Config>) => {
    if (Object.keys(fx.config.rooms).length === 0) return;
    await fx.bus.request(hubCluster.name, { ask: "tick" }, { timeoutMs: answerWithinMs });
  }),
  due(
    "waiting-room.opened-time",
    opened,
    ({ event }) => event.data.endsAt,
    ({ event: { data } }, fx) => endOverride(data.room, data.startedAt, fx),
  ),
  due(
    "waiting-room.closed-time",
    closed,
    ({ event }) => event.data.endsAt,
    ({ event: { data } }, fx) => endOverride(data.room, data.startedAt, fx),
  ),
  due(
    "waiting-room.numbers-time",
    numbersChanged,
    ({ event }) => event.data.endsAt,
    async ({ event: { data } }, fx) => {
      const { numbers } = fx.view(said)[data.room] ?? {};
      if (numbers?.endsAt === data.endsAt) await fx.run(resetNumbersCommand, { room: data.room });
    },
  ),
];
