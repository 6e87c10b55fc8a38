import { action } from "#kernel";
import * as z from "zod";
import type { ReplayedTurn } from "../../alerts/contract.ts";

/** What alerts would have told, whatever is asked; and what was asked. */
export const past = { turns: [] as ReplayedTurn[], asked: [] as unknown[] };

/** Stands for the replay of alerts, which has its own tests. */
export const alertsReplay = action("alerts.replay", {
  about: "Gives what the test says.",
  input: z.object({ change: z.string(), days: z.number(), withTurns: z.boolean() }),
  output: z.unknown(),
  act: ({ change, days }, fx) => {
    past.asked.push({ change, days });
    const none = { was: 0, would: 0, rules: [], missed: [], later: [], extra: [], pages: [] };
    const to = fx.now;
    const from = to - days * 86_400_000;
    return Promise.resolve({
      ...{ from, to, rulesFrom: from, says: "As it was.", ...none, turns: past.turns },
    });
  },
});
