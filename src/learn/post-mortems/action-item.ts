import type { Actor } from "#kernel";
import * as contract from "./contract.ts";
import { accountOf, type Decides, must, type PostMortemModel } from "./post-mortem.ts";

const actionsMax = 100;
type Given = {
  says: string;
  kind: contract.Action["kind"];
  owner?: string | undefined;
  dueAt?: number | null | undefined;
};
const ofGiven = (
  action: string,
  { says, kind, owner, dueAt = null }: Given,
  by: Actor,
): contract.Action => ({
  ...{ action, says, kind, dueAt },
  ...(owner === undefined ? {} : { owner: accountOf(owner, by) }),
});

/** Actions outlive the text: they are added and closed also when the post-mortem is published. */
export const addAction: Decides<Given> = ({ postMortem, ...given }, state, { actor }) => {
  const no = must(state);
  if (no) return no;
  const count = Object.keys(state.actions).length;
  if (count >= actionsMax)
    return contract.tooMany(`${actionsMax} actions are more than anybody will do.`);
  return [contract.actionAdded({ postMortem, ...ofGiven(`a${count + 1}`, given, actor) })];
};

const found = (state: PostMortemModel, action: string) =>
  state.actions[action] ??
  contract.unknownItem(
    `There is no action ${action}; there are: ${Object.keys(state.actions).join(", ") || "none"}.`,
  );

type Changed = { [K in keyof Given]?: Given[K] | undefined };
export const changeAction: Decides<Changed & { action: string }> = (
  { postMortem, action, ...given },
  state,
  { actor },
) => {
  const no = must(state);
  if (no) return no;
  const known = found(state, action);
  if ("refused" in known) return known;
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const next = ofGiven(action, { ...known.of, ...set }, actor);
  return Bun.deepEquals(next, known.of) ? [] : [contract.actionChanged({ postMortem, ...next })];
};

export const finishAction: Decides<{ action: string; release?: string | undefined }> = (
  { postMortem, action, release },
  state,
) => {
  const no = must(state);
  if (no) return no;
  const known = found(state, action);
  if ("refused" in known) return known;
  if (known.state === "done") return [];
  return [
    contract.actionDone({
      ...{ postMortem, action, how: release === undefined ? "by-hand" : "deployed" },
      ...(release === undefined ? {} : { release }),
    }),
  ];
};
export const dropAction: Decides<{ action: string; reason: string }> = (
  { postMortem, action, reason },
  state,
) => {
  const no = must(state);
  if (no) return no;
  const known = found(state, action);
  if ("refused" in known) return known;
  if (known.state === "done") return contract.wrongState("It is done.");
  return known.state === "dropped" ? [] : [contract.actionDropped({ postMortem, action, reason })];
};
export const reopenAction: Decides<{ action: string; reason: string }> = (
  { postMortem, action, reason },
  state,
) => {
  const no = must(state);
  if (no) return no;
  const known = found(state, action);
  if ("refused" in known) return known;
  return known.state === "open" ? [] : [contract.actionReopened({ postMortem, action, reason })];
};
