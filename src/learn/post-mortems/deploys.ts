import { type Effects, type EventOf, on, type Reaction } from "#kernel";
import * as errors from "../../observe/errors/contract.ts";
import { changeReported } from "../../respond/alerts/contract.ts";
import type { Config } from "./config.ts";
import { docOf } from "./shelf.ts";
import { finishAction } from "./verbs.ts";

type Fx = Effects<Config>;
const namedMax = 50;

/** The actions that a text names as `castor-action: pm-12/a3`, several apart by commas or spaces. */
export function actionsNamed(text: string): { postMortem: string; action: string }[] {
  const found = new Map<string, { postMortem: string; action: string }>();
  for (const [, list = ""] of text.matchAll(
    /\bcastor-actions?:\s*((?:pm-[a-z0-9]{1,20}\/a\d{1,3}[\s,]*)+)/gi,
  ))
    for (const [whole, postMortem = "", action = ""] of list
      .toLowerCase()
      .matchAll(/(pm-[a-z0-9]+)\/(a\d+)/g))
      found.set(whole, { postMortem, action });
  return [...found.values()].slice(0, namedMax);
}

/** Closes what is named and there; a name that is not is nobody's, and says nothing about the deploy. */
async function close(fx: Fx, text: string, release: string): Promise<void> {
  for (const { postMortem, action } of actionsNamed(text)) {
    const known = docOf(fx, postMortem)?.actions.find((each) => each.action === action);
    if (known?.state === "open") await fx.run(finishAction, { postMortem, action, release });
  }
}

const releaseFactsMax = 500;
/** A release that is live, with all that the log tells of what went into it. */
async function closeBy(
  fx: Fx,
  { project, release }: { project: string; release: string },
): Promise<void> {
  const told = fx.log
    .read(`errors/releases/${project}`, { backwards: true, limit: releaseFactsMax })
    .map(({ event }) => event as EventOf<typeof errors.deployed | typeof errors.releaseCommits>)
    .filter(({ data }) => data.release === release);
  const names: string[] = [];
  let isLive = false;
  for (const { type, data } of told) {
    if (type === "errors.deployed" && fx.config.liveEnvironments.includes(data.environment)) {
      isLive = true;
      names.push(data.name ?? "");
    } else if (type === "errors.release-commits")
      names.push(...data.commits.map((each) => each.title));
  }
  if (isLive) await close(fx, names.join("\n"), release);
}

/** An action closes itself when what names it goes live, whichever is told first: the deploy or its commits. */
export const deployReactions: readonly Reaction[] = [
  on("post-mortems.deployed", errors.deployed, ({ event: { data } }, fx: Fx) =>
    fx.config.liveEnvironments.includes(data.environment) ? closeBy(fx, data) : Promise.resolve(),
  ),
  on("post-mortems.commits", errors.releaseCommits, ({ event: { data } }, fx: Fx) =>
    closeBy(fx, data),
  ),
  on("post-mortems.change-reported", changeReported, ({ event: { data } }, fx: Fx) =>
    close(fx, data.summary, data.source ?? "a change that was reported"),
  ),
];
