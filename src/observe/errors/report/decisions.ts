import type { Recorded } from "#kernel";
import { byPeople, type IssueEvent, issueModel, type IssueModel, isOpen } from "../issue.ts";

/** A decision that nobody took back: who, and which fact it was. */
export type Standing = { by: Recorded["by"]; how: string };
/** What became of one issue in a period. */
export type Course = {
  project: string | undefined;
  openBefore: boolean;
  /** It was in the inbox at some time of the period. */
  wasOpen: boolean;
  openAfter: boolean;
  decisions: Standing[];
  undone: number;
};

const waits = (state: IssueModel): boolean => state.of !== undefined && isOpen(state.state);

/** The owners' rules give errors to people: nobody decided that this week. */
const isByRule = ({ kind, id }: Recorded["by"]): boolean => kind === "system" && id === "errors";

/** Follows an issue's facts through the time from `from` on. */
export function courseOf(facts: readonly Recorded[], from: number): Course {
  let state = issueModel.initial;
  let openBefore = false;
  let wasOpen = false;
  let undone = 0;
  const decisions: Standing[] = [];
  for (const { at, event, by } of facts) {
    state = issueModel.evolve(state, event as IssueEvent);
    if (at < from) {
      openBefore = waits(state);
      continue;
    }
    wasOpen ||= waits(state);
    if (event.type === "errors.undone") {
      const what = (event.data as { what: string }).what;
      const place = decisions.findLastIndex(({ how }) => how === what);
      if (place >= 0) decisions.splice(place, 1);
      undone += 1;
    } else if (byPeople.has(event.type) && !isByRule(by)) decisions.push({ by, how: event.type });
  }
  return {
    project: state.of?.project,
    openBefore,
    wasOpen: wasOpen || openBefore,
    openAfter: waits(state),
    decisions,
    undone,
  };
}

/** `before` + `came` − `left` = `now`, by counting each issue once in each. */
export function inboxOf(
  courses: readonly Course[],
  now: number,
): { before: number; came: number; left: number; now: number } {
  const came = courses.filter((each) => !each.openBefore && each.wasOpen).length;
  const left = courses.filter((each) => each.wasOpen && !each.openAfter).length;
  return { before: Math.max(0, now - came + left), came, left, now };
}
