import { answer, capability, type Capability, type Read } from "#kernel";
import { alertmanagerRoute } from "./api/alertmanager.ts";
import { pagerdutyRoute } from "./api/pagerduty.ts";
import { senderRoutes } from "./api/senders.ts";
import { nowOf } from "./answers.ts";
import { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { ownSources } from "./own.ts";
import { reactions } from "./reactions.ts";
import {
  expireCommand,
  maintainCommand,
  putCommand,
  silenceCommand,
  silencesView,
} from "./silences.ts";

export const alerts: Capability = capability({
  id: "alerts",
  about: "Takes alerts in everybody's format, and makes one thread of each cause.",
  config: Config,
  emits: [
    contract.groupOpened,
    contract.groupChanged,
    contract.groupClosed,
    contract.silenced,
    contract.silenceExpired,
    contract.acknowledged,
    contract.changeReported,
  ],
  refuses: [contract.unknownSilence, contract.silenceOutOfRange],
  counts: [contract.received],
  views: [silencesView],
  commands: [silenceCommand, maintainCommand, putCommand, expireCommand],
  answers: [answer(contract.now, (read: Read<Config>) => nowOf(read))],
  reactions: [...reactions, ...ownSources],
  routes: [alertmanagerRoute, pagerdutyRoute, ...senderRoutes],
});
