import { type Effects, on, type Reaction } from "#kernel";
import {
  accepted as mailAccepted,
  delayed as mailDelayed,
  failed as mailFailed,
} from "../../../platform/mail/contract.ts";
import { shown } from "../../../platform/push/contract.ts";
import { channelNamed } from "../adapters/all.ts";
import { mailPurpose } from "../adapters/mail.ts";
import type { Outcome } from "../channel/channel.ts";
import { configNow } from "../chosen/chosen.ts";
import { channelName, type Config } from "../config.ts";
import * as contract from "../contract.ts";
import { pageStream } from "../escalation/desk.ts";
import { deliveriesOf, type Delivery, deliveryNamed } from "./deliveries.ts";
import { note, noteOutcome } from "./send.ts";

const nameOf = ({ delivery, page, person, channel }: Delivery): contract.DeliveryName => ({
  ...{ delivery, page, person, channel },
});

type Letter = { letter: string; purpose: string };
const noteLetter = async (
  fx: Effects<Config>,
  { letter, purpose }: Letter,
  outcome: Outcome,
): Promise<void> => {
  const delivery = purpose === mailPurpose ? deliveryNamed(fx, letter) : undefined;
  if (delivery) await noteOutcome(fx, { delivery, attempt: delivery.attempts, outcome });
};

async function noteShown(
  fx: Effects<Config>,
  { id, what }: { id: string; what: "shown" | "tapped" },
): Promise<void> {
  const delivery = deliveryNamed(fx, id);
  if (!delivery) return;
  await note(fx, id, contract.delivered(nameOf(delivery)), "delivered");
  const { page, person, channel, call } = delivery;
  if (what === "shown" || page === null) return;
  await fx.record(pageStream(page), [contract.seen({ page, person, via: channel })], {
    id: `paging.seen.${page}.${call}.${person}`,
  });
}

/** What was handed over and has not gone yet need not go any more. */
async function cancelPending(fx: Effects<Config>, page: string): Promise<void> {
  for (const { delivery, person, channel, state, kind } of deliveriesOf(fx, page)) {
    if (kind !== "call" || (state !== "sending" && state !== "failed")) continue;
    const to = configNow(fx).people[person]?.channels.find((each) => channelName(each) === channel);
    if (to) await channelNamed(to.kind).cancel?.(delivery, fx);
  }
}

/** What others tell of messages after they took them. */
export const receipts: readonly Reaction[] = [
  on("paging.mail-accepted", mailAccepted, ({ event }, fx: Effects<Config>) =>
    noteLetter(fx, event.data, { accepted: true }),
  ),
  // The outbox goes on trying; the ladder does not wait for it.
  ...[mailDelayed, mailFailed].map((def) =>
    on(`paging.${def.type}`, def, ({ event }, fx: Effects<Config>) =>
      noteLetter(fx, event.data, { accepted: false, isFinal: true, why: event.data.why }),
    ),
  ),
  on("paging.shown", shown, ({ event }, fx: Effects<Config>) => noteShown(fx, event.data)),
  ...[contract.acknowledged, contract.resolved].map((def) =>
    on(`paging.cancel-${def.type}`, def, ({ event }, fx: Effects<Config>) =>
      cancelPending(fx, event.data.page),
    ),
  ),
];
