import type { Effects } from "#kernel";
import { now as onCallNow } from "../../on-call/contract.ts";
import { configNow } from "../chosen/chosen.ts";
import { channelName, type Config } from "../config.ts";
import { intended } from "../contract.ts";
import { deliveryNamed } from "../delivery/deliveries.ts";
import { deliveryStream } from "../escalation/decide.ts";

/** Whoever is next on call soon: each of their channels is tried, once for each shift. */
export async function tryChannels(fx: Effects<Config>): Promise<void> {
  const { canaryBefore, people } = configNow(fx);
  if (canaryBefore === 0 || Object.keys(people).length === 0) return;
  const { teams } = await fx.ask(onCallNow, {});
  for (const { team, next } of teams) {
    if (next === null || next.from - fx.now > canaryBefore) continue;
    const { member: person, from } = next;
    for (const each of people[person]?.channels ?? []) {
      const channel = channelName(each);
      const delivery = `canary.${team}.${from}.${person}.${channel}`;
      if (!each.canary || deliveryNamed(fx, delivery)) continue;
      const tried = intended(
        { delivery, page: null, person, channel, kind: "canary", call: 0, at: fx.now },
        { stream: deliveryStream(delivery) },
      );
      await fx.record(`canaries/${team}`, [tried], { id: `paging.${delivery}` });
    }
  }
}
