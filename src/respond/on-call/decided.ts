import { view } from "#kernel";
import { type Override, overridden, overrideWithdrawn, scheduleChanged } from "./contract.ts";
import type { Version } from "./schedule/schedule.ts";

/** What was decided for a team, and from when on. */
export type Decided = {
  versions: Version[];
  /** A withdrawn one still covers what had passed by then. */
  overrides: Override[];
  changedAt: number;
};

/** Schedules that were in force more than so many changes ago are forgotten here; the log has them. */
const versionsMax = 1_000;
const overridesMax = 5_000;
const nothing = (): Decided => ({ versions: [], overrides: [], changedAt: 0 });

export const decided = view<
  Record<string, Decided>,
  typeof scheduleChanged | typeof overridden | typeof overrideWithdrawn
>("on-call.decided", {
  version: 2,
  from: [scheduleChanged, overridden, overrideWithdrawn],
  empty: () => ({}),
  apply: (teams, { event, at }) => {
    const team = (teams[event.data.team] ??= nothing());
    team.changedAt = at;
    if (event.type === "on-call.schedule-changed") {
      team.versions.push({ validFrom: at, layers: event.data.layers });
      if (team.versions.length > versionsMax) team.versions.shift();
    } else if (event.type === "on-call.overridden") {
      team.overrides.push(event.data);
      if (team.overrides.length > overridesMax) team.overrides.shift();
    } else {
      const { id } = event.data;
      team.overrides = team.overrides.flatMap((each) => {
        if (each.id !== id) return [each];
        return each.from < at ? [{ ...each, to: Math.min(each.to, at) }] : [];
      });
    }
    return teams;
  },
});
