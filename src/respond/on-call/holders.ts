import { type Effects, type Read, view, type View } from "#kernel";
import type { Config } from "./config.ts";
import { handedOver } from "./contract/hand-over.ts";
import { decided } from "./decided.ts";
import { timeline } from "./schedule/schedule.ts";

type Holder = { member: string | null; count: number };

/** Who was on call for each team when it was last looked at. */
export const holders: View<Record<string, Holder>> = view<
  Record<string, Holder>,
  typeof handedOver
>("on-call.holders", {
  from: [handedOver],
  empty: () => ({}),
  apply: (teams, { event }) => {
    const { team, member } = event.data;
    teams[team] = { member, count: (teams[team]?.count ?? 0) + 1 };
    return teams;
  },
});

/** Who is on call for a team at this very moment. */
function holderOf(read: Pick<Read<Config>, "view" | "now">, team: string): string | null {
  const { versions, overrides } = read.view(decided)[team] ?? { versions: [], overrides: [] };
  const moment = { from: read.now, to: read.now + 1 };
  return timeline(versions, overrides, moment).shifts[0]?.member ?? null;
}

/** Says who takes over, once for each time; a team that has had nobody yet is no news. */
export async function tellHandOvers(fx: Effects<Config>): Promise<void> {
  for (const team of Object.keys(fx.config.teams)) {
    const member = holderOf(fx, team);
    const last = fx.view(holders)[team] ?? { member: null, count: 0 };
    if (last.member === member) continue;
    // Two that look at once find the same count, and what they record is recorded once.
    await fx.record(`hand-overs/${team}`, [handedOver({ team, member, before: last.member })], {
      id: `on-call.handed-over/${team}/${last.count}`,
    });
  }
}
