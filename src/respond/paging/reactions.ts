import { due, type Effects, every, on, type Reaction } from "#kernel";
import {
  acknowledged as senderAcknowledged,
  acknowledgeOrder,
  groupChanged,
  groupClosed,
  groupOpened,
} from "../alerts/contract.ts";
import { audit } from "./audit/audit.ts";
import { tryChannels } from "./audit/canary.ts";
import { tellWatchdogs } from "./audit/watchdog.ts";
import type { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { callDigest } from "./delivery/digest.ts";
import { afterFailure } from "./delivery/failure.ts";
import { receipts } from "./delivery/receipts.ts";
import { send } from "./delivery/send.ts";
import { acknowledge, overdue } from "./escalation/decide.ts";
import { decideOn } from "./escalation/desk.ts";
import { follow } from "./escalation/follow.ts";

const auditEveryMs = 15_000;
const canaryEveryMs = 5 * 60_000;

const alertsFollowed = [groupOpened, groupChanged, groupClosed].map((def) =>
  on(`paging.${def.type}`, def, ({ event, position }, fx: Effects<Config>) =>
    follow(fx, { told: event.data, position, isClosed: def === groupClosed }),
  ),
);

export const reactions: readonly Reaction[] = [
  ...alertsFollowed,
  ...receipts,
  on("paging.sender-acknowledged", senderAcknowledged, async ({ event }, fx: Effects<Config>) => {
    const { group, by } = event.data;
    await decideOn(fx, group, (page, known) =>
      page ? acknowledge(page, { by, via: "sender" }, known) : [],
    );
  }),
  // What pages were worth is counted where alerts are: who saw to one did not leave it to itself.
  on("paging.tell-alerts", contract.acknowledged, async ({ event }, fx: Effects<Config>) => {
    const { page: group, by, via } = event.data;
    if (via !== "sender" && via !== "reopened") await fx.order(acknowledgeOrder, { group, by });
  }),
  due(
    "paging.climb",
    contract.climbed,
    ({ event }) => event.data.nextAt,
    ({ event }, fx: Effects<Config>) => deadline(fx, event.data.page, event.data.nextAt),
  ),
  due(
    "paging.lapse",
    contract.acknowledged,
    ({ event }) => event.data.until,
    ({ event }, fx: Effects<Config>) => deadline(fx, event.data.page, event.data.until),
  ),
  due(
    "paging.send",
    contract.intended,
    ({ event }) => event.data.at,
    ({ event }, fx: Effects<Config>) => send(fx, event.data.delivery),
  ),
  due(
    "paging.send-hastened",
    contract.hastened,
    ({ at }) => at,
    ({ event }, fx: Effects<Config>) => send(fx, event.data.delivery),
  ),
  due(
    "paging.send-again",
    contract.failed,
    ({ event }) => event.data.retryAt ?? undefined,
    ({ event }, fx: Effects<Config>) => send(fx, event.data.delivery),
  ),
  on("paging.failure", contract.failed, ({ event }, fx: Effects<Config>) =>
    afterFailure(fx, event.data),
  ),
  on("paging.digest", contract.folded, ({ event }, fx: Effects<Config>) =>
    callDigest(fx, event.data.person),
  ),
  every("paging.audit", auditEveryMs, async (fx: Effects<Config>) => {
    await audit(fx);
    tellWatchdogs(fx);
  }),
  every("paging.canaries", canaryEveryMs, (fx: Effects<Config>) => tryChannels(fx)),
];

async function deadline(fx: Effects<Config>, page: string, nextAt: number): Promise<void> {
  await decideOn(fx, page, (known, facts) => (known ? overdue(known, nextAt, facts) : []));
}
