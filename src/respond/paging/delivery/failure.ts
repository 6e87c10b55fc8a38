import type { Effects } from "#kernel";
import type { Config } from "../config.ts";
import { type DeliveryName, hastened } from "../contract.ts";
import { unreachable } from "../escalation/decide.ts";
import { decideOn } from "../escalation/desk.ts";
import { deliveriesOfCall, deliveryNamed } from "./deliveries.ts";
import { note } from "./send.ts";

/** A channel failed: the same person's next one does not wait, and when nobody's works, the next step does not. */
export async function afterFailure(fx: Effects<Config>, of: DeliveryName): Promise<void> {
  const { page, person } = of;
  const found = deliveryNamed(fx, of.delivery);
  if (page === null || found?.kind !== "call") return;
  const all = deliveriesOfCall(fx, page, found.call);
  const next = all.find(
    (each) => each.person === person && each.state === "intended" && each.due_at > fx.now,
  );
  if (next) {
    const { delivery, channel } = next;
    await note(fx, delivery, hastened({ delivery, page, person, channel }), "hastened");
    return;
  }
  if (all.every(({ state }) => state === "failed"))
    await decideOn(fx, page, (known, facts) =>
      known ? unreachable(known, found.call, facts) : [],
    );
}
