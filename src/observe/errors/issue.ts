import type { Decide, Decision, EventOf, Model } from "#kernel";
import * as contract from "./contract.ts";
import type { IssueState, Resolution, Snooze } from "./contract.ts";

export type IssueEvent = EventOf<(typeof contract.issueFacts)[number]>;

/** What people decided about an issue. */
type Standing = {
  state: IssueState;
  resolution?: Resolution;
  snooze?: Snooze;
  /** When it was resolved or snoozed: what is older does not count against it. */
  since?: number;
  assignee?: string;
  link?: string;
  into?: string;
};
export type IssueModel = Standing & {
  /** What it is; nothing before it was found. */
  of?: EventOf<typeof contract.issueCreated>["data"];
  splits: number;
  /** What can be undone, the newest last; a merge by its `move`, a split by the part that it made. */
  undo: readonly { what: string; before: Standing; move?: string; part?: string }[];
};

/** Where the facts about one issue stand. */
export const streamOf = (issue: string): string => `errors/issues/${issue}`;

const undoMax = 20;
const open: readonly IssueState[] = ["new", "ongoing", "regressed", "escalating"];
export const isOpen = (state: IssueState): boolean => open.includes(state);

/** Nobody wants to hear of it, or it is part of another one: then it does not escalate. */
export const isQuiet = (state: IssueState): boolean => state === "ignored" || state === "merged";

/** The life of an issue. What cannot follow changes nothing: facts are older than rules. */
export const issueModel: Model<IssueModel, IssueEvent> = {
  initial: { state: "new", splits: 0, undo: [] },
  evolve: (state, { type, data }) => {
    if (type === "errors.created") return { ...state, of: data };
    if (type === "errors.undone") return undone(state);
    const next = standingAfter(state, { type, data } as IssueEvent);
    const { of, undo, splits, ...before } = state;
    const how =
      type === "errors.merged"
        ? { move: data.move }
        : type === "errors.split"
          ? { part: data.to }
          : {};
    return {
      ...next,
      ...(of ? { of } : {}),
      splits: type === "errors.split" ? splits + 1 : splits,
      undo: byPeople.has(type) ? [...undo, { what: type, before, ...how }].slice(-undoMax) : undo,
    };
  },
};

/** What people decide, and so can undo. */
export const byPeople: ReadonlySet<string> = new Set([
  contract.issueResolved.type,
  contract.issueReopened.type,
  contract.issueIgnored.type,
  contract.issueSnoozed.type,
  contract.issueAssigned.type,
  contract.issueFiled.type,
  contract.issueMerged.type,
  contract.issueSplit.type,
]);

function undone(state: IssueModel): IssueModel {
  const last = state.undo.at(-1);
  if (!last) return state;
  const { of, splits, undo } = state;
  return { ...last.before, ...(of ? { of } : {}), splits, undo: undo.slice(0, -1) };
}

function standingAfter(state: IssueModel, { type, data }: IssueEvent): Standing {
  const { assignee, link } = state;
  const lasting = {
    ...(assignee === undefined ? {} : { assignee }),
    ...(link === undefined ? {} : { link }),
  };
  switch (type) {
    case "errors.regressed":
      return { ...lasting, state: "regressed" };
    case "errors.woke":
    case "errors.reopened":
      return { ...lasting, state: "ongoing" };
    case "errors.resolved":
      return { ...lasting, state: "resolved", resolution: data.resolution, since: data.at };
    case "errors.ignored":
      return { ...lasting, state: "ignored" };
    case "errors.snoozed":
      return { ...lasting, state: "snoozed", snooze: data.snooze, since: data.at };
    case "errors.merged":
      return { ...lasting, state: "merged", into: data.into };
    case "errors.filed":
      return { ...state, link: data.link };
    case "errors.assigned": {
      const { assignee: _, ...rest } = state;
      return data.to === undefined ? rest : { ...rest, assignee: data.to };
    }
    default:
      return { ...state, state: stateAfter(state.state, type) };
  }
}

/** What the watch of spikes says changes the state alone. */
function stateAfter(state: IssueState, type: IssueEvent["type"]): IssueState {
  if (type === "errors.spiked" || type === "errors.ramped")
    return isQuiet(state) ? state : "escalating";
  return type === "errors.calmed" && state === "escalating" ? "ongoing" : state;
}

type Decides<I> = Decide<I & { issue: string }, IssueModel, IssueEvent>;
const must = (state: IssueModel): Decision<IssueEvent> | undefined =>
  !state.of
    ? contract.unknownIssue()
    : state.state === "merged"
      ? contract.notNow(`It is one with ${state.into ?? "another"} now; decide on that, or undo.`)
      : undefined;

export const resolve: Decides<{ resolution: Resolution }> = (
  { issue, resolution },
  state,
  { now },
) => {
  const no = must(state);
  if (no) return no;
  const isSame = JSON.stringify(state.resolution) === JSON.stringify(resolution);
  if (state.state === "resolved" && isSame) return [];
  return [contract.issueResolved({ issue, resolution, at: now })];
};
export const reopen: Decides<object> = ({ issue }, state) =>
  must(state) ?? (isOpen(state.state) ? [] : [contract.issueReopened({ issue })]);

export const ignore: Decides<object> = ({ issue }, state) =>
  must(state) ?? (state.state === "ignored" ? [] : [contract.issueIgnored({ issue })]);

export const snooze: Decides<{ snooze: Snooze }> = ({ issue, snooze }, state, { now }) => {
  const no = must(state);
  if (no) return no;
  if (snooze.until !== undefined && snooze.until <= now)
    return contract.notNow("That time has passed already.");
  return [contract.issueSnoozed({ issue, snooze, at: now })];
};
export const assign: Decides<{ to?: string | undefined }> = ({ issue, to }, state) =>
  must(state) ??
  (state.assignee === to
    ? []
    : [contract.issueAssigned({ issue, ...(to === undefined ? {} : { to }) })]);

export const file: Decides<{ link: string }> = ({ issue, link }, state) =>
  must(state) ?? (state.link === link ? [] : [contract.issueFiled({ issue, link })]);

export const split: Decides<{ variants: string[] }> = ({ issue, variants }, state, { now }) => {
  const no = must(state);
  if (no || !state.of) return no ?? [];
  const to = `${issue}.${state.splits + 1}`;
  return [
    contract.issueSplit({ issue, variants, to }),
    contract.issueCreated({ ...state.of, issue: to, at: now }, { stream: streamOf(to) }),
  ];
};

export const undo: Decides<object> = ({ issue }, state, { id }) => {
  if (!state.of) return contract.unknownIssue();
  const last = state.undo.at(-1);
  if (!last) return contract.nothingToUndo();
  const move = last.move === undefined ? {} : { move: last.move };
  const done = contract.issueUndone({ issue, what: last.what, ...move });
  if (last.part === undefined) return [done];
  const back = contract.issueMerged(
    { issue: last.part, into: issue, move: id() },
    { stream: streamOf(last.part) },
  );
  return [done, back];
};

/** It came again: is that news, given what was decided? `isNewer` says whether its release is the resolving one or later. */
export function comesBack(
  state: Pick<IssueModel, "state" | "resolution" | "since">,
  seen: { at: number; isNewer: (than: string | undefined) => boolean },
): boolean {
  if (state.state !== "resolved" || seen.at <= (state.since ?? 0)) return false;
  switch (state.resolution?.how) {
    case "release":
      return seen.isNewer(state.resolution.release);
    case "next-release":
      return seen.isNewer(undefined);
    default:
      return true;
  }
}
