import { type Effects, isRefusal, type Recorded } from "#kernel";
import { send as tellDevices } from "../../platform/push/contract.ts";
import type { handedOver } from "../on-call/contract.ts";
import { people } from "../paging/contract.ts";
import { briefOf } from "./brief.ts";
import { told } from "./contract.ts";
import type { Config } from "./config.ts";

const bodyCharsMax = 1_200;
const ttlSeconds = 4 * 3_600;
/** Of a hand-over that is older nobody wants to hear: Castor was down, or folds an old log. */
const lateMsMax = 3_600_000;

/** Tells whoever takes over, without a sound, on their devices. */
export async function tellNext(
  { event, at, position }: Recorded<ReturnType<typeof handedOver>>,
  fx: Effects<Config>,
): Promise<void> {
  const { team, member, before } = event.data;
  if (!fx.config.tell || member === null || fx.now - at > lateMsMax) return;
  const said = await briefOf(fx, { team });
  if (isRefusal(said)) return;
  const known = (await fx.ask(people, {})).people.find(({ person }) => person === member);
  if (!known?.account) return;
  const no = await fx.order(tellDevices, {
    ...{ id: `handoff-${position}`, account: known.account, thread: `handoff-${team}` },
    title: `You are on call for ${team}${before === null ? "" : `, after ${before}`}`,
    body: said.text.slice(0, bodyCharsMax),
    ...{ url: "/on-call", urgency: "normal", isSilent: true, ttlSeconds },
  });
  // Who never turned their devices on has not missed anything.
  if (isRefusal(no) && no.problem.type === "push.no-device") return;
  const why = isRefusal(no) ? no.detail : null;
  await fx.record(team, [told({ team, member, why })], { id: `handoff.told/${position}` });
}
