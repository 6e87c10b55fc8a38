import { type Millis, type Position, view } from "#kernel";
import { groupChanged, groupClosed, groupOpened, type GroupTold } from "../../alerts/contract.ts";
import { resolved } from "../contract.ts";

/** What was said last of a group that is open, when and where in the log, and whether it ever was worth waking anybody. */
export type OpenGroup = { at: Millis; position: Position; told: GroupTold; isLoud: boolean };

/** A page needs none of them, and thousands of groups are held. */
const withoutSamples = (told: GroupTold): GroupTold => ({ ...told, alerts: [], before: undefined });

/** The groups of alerts that are open, as alerts told them. */
export const openGroups = view<
  Record<string, OpenGroup>,
  typeof groupOpened | typeof groupChanged | typeof groupClosed | typeof resolved
>("paging.open-groups", {
  from: [groupOpened, groupChanged, groupClosed, resolved],
  empty: () => ({}),
  apply: (known, { event, at, position }) => {
    if (event.type === "paging.resolved") {
      // Closed by hand: until the alert says more, nobody expects a page of it.
      const group = known[event.data.page];
      if (group) group.isLoud = false;
      return known;
    }
    const { group, quiet } = event.data;
    const before = known[group];
    if (event.type === "alerts.group-closed") delete known[group];
    else
      known[group] = {
        ...{ at, position, told: withoutSamples(event.data) },
        isLoud: before?.isLoud === true || !quiet,
      };
    return known;
  },
});
