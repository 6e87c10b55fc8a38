import type { Effects } from "#kernel";
import { type GroupTold, severities } from "../../alerts/contract.ts";
import { type Config, policyOf } from "../config.ts";
import { turn } from "./decide.ts";
import { decideOn } from "./desk.ts";

/** What a group of alerts says is what its page is about. Where nobody can be paged, there are no pages. */
export async function follow(
  fx: Effects<Config>,
  told: GroupTold,
  isClosed: boolean,
): Promise<void> {
  if (Object.keys(fx.config.people).length === 0) return;
  const { highFrom } = policyOf(fx.config, told.receiver);
  const isHigh = severities.indexOf(told.severity) >= severities.indexOf(highFrom);
  const urgency = isHigh ? "high" : "low";
  await decideOn(fx, told.group, (page, known) => turn(page, { told, isClosed, urgency }, known));
}
