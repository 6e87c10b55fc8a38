import { answer, capability, type Capability, on } from "#kernel";
import { send as tellDevices } from "../../platform/push/contract.ts";
import { now as alertsNow, whatChanged } from "../alerts/contract.ts";
import { handedOver, now as onCallNow } from "../on-call/contract.ts";
import { landed, now as pagingNow, people } from "../paging/contract.ts";
import { briefOf } from "./brief.ts";
import { Config } from "./config.ts";
import { brief, told, unknownTeam } from "./contract.ts";
import { tellNext } from "./tell.ts";

export const handoff: Capability = capability({
  id: "handoff",
  about: "What whoever takes over has to know, and tells them.",
  config: Config,
  emits: [told],
  refuses: [unknownTeam],
  answers: [answer(brief, briefOf)],
  asks: [onCallNow, alertsNow, whatChanged, pagingNow, landed, people],
  orders: [tellDevices],
  reactions: [on("handoff.tell", handedOver, tellNext)],
});
