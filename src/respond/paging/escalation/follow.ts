import type { Effects, Position } from "#kernel";
import type { GroupTold } from "../../alerts/contract.ts";
import { type Config, policyOf, urgencyOf } from "../config.ts";
import { turn } from "./decide.ts";
import { decideOn } from "./desk.ts";
import { openGroups } from "./groups.ts";

/** What was told of a group, and where it stands in the log. */
type Said = { told: GroupTold; position: Position; isClosed: boolean };

/** Each kind of fact has a reader of its own, which may lag behind the others: what is old news is left to the newest. */
function isNewest(fx: Effects<Config>, { told, position, isClosed }: Said): boolean {
  const last = fx.view(openGroups)[told.group];
  return isClosed ? !last : last?.position === position;
}

/** What a group of alerts says is what its page is about. Where nobody can be paged, there are no pages. */
export async function follow(fx: Effects<Config>, said: Said): Promise<void> {
  if (Object.keys(fx.config.people).length === 0) return;
  const { told, isClosed } = said;
  const urgency = urgencyOf(policyOf(fx.config, told.receiver), told.severity);
  await decideOn(fx, told.group, (page, known) =>
    isNewest(fx, said) ? turn(page, { told, isClosed, urgency }, known) : [],
  );
}
