import { type Action, action, type Effects, type Refusal } from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import { admittedMore, hubAway, unknownRoom } from "./contract.ts";
import { hubCluster } from "./workers/contract.ts";

const countMax = 100_000;
const hubAnswersWithinMs = 2_000;
const Admitted = z.object({ admitted: z.number() });

/** `waiting-room.admit`: lets more in now than the numbers say, the first in line first. */
export const admit: Action = action("waiting-room.admit", {
  about: "Lets more people in now than the numbers say, the first in line first.",
  input: z
    .object({
      room: z.string().min(1).describe("The room's name."),
      count: z.coerce.number().int().min(1).max(countMax).describe("How many."),
      reason: z.string().trim().min(3).max(200).describe("Why; the log carries it."),
    })
    .strict(),
  output: z.object({ room: z.string(), admitted: z.number() }),
  act: async (
    { room, count, reason },
    fx: Effects<Config>,
  ): Promise<Refusal | { room: string; admitted: number }> => {
    if (fx.config.rooms[room] === undefined) return unknownRoom(`There is no room ${room}.`);
    const asked = { ask: "admit", room, count };
    const heard = Admitted.safeParse(
      await fx.bus
        .request(hubCluster.name, asked, { timeoutMs: hubAnswersWithinMs })
        .catch(() => null),
    );
    if (!heard.success) return hubAway();
    const { admitted } = heard.data;
    if (admitted > 0) await fx.record("rooms", [admittedMore({ room, count: admitted, reason })]);
    return { room, admitted };
  },
});
