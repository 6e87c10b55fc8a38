import { answer, capability, type Capability } from "#kernel";
import { acknowledgeCommand } from "./acknowledge.ts";
import { alertmanagerRoute } from "./api/alertmanager.ts";
import { pagerdutyRoute } from "./api/pagerduty.ts";
import { senderRoutes } from "./api/senders.ts";
import { before } from "./before/before.ts";
import { reportChangeAction } from "./changes.ts";
import { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { dependencies, targets } from "../../run/catalog/contract.ts";
import { judgeCommand, noiseOf } from "./noise/judge.ts";
import { pagesTable } from "./noise/pages.ts";
import { ownView } from "./own/open.ts";
import { ownReactions } from "./own/tell.ts";
import { answerNow, openedView } from "./reach.ts";
import { routedOf } from "./model/routed.ts";
import { picture } from "./intake/picture.ts";
import { reactions } from "./reactions.ts";
import { replayAction } from "./replay/replay.ts";
import { rulesOf } from "./rules/answer.ts";
import { lookOutReaction } from "./rules/look-out.ts";
import {
  expireCommand,
  maintainCommand,
  putCommand,
  silenceCommand,
  silencesView,
  silenceTurnsView,
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
    contract.ruleFired,
    contract.ruleEnded,
    contract.judged,
    contract.diskFilling,
    contract.diskRoomy,
    contract.uplinkLost,
    contract.uplinkBack,
    contract.intakeOpened,
  ],
  refuses: [
    contract.unknownSilence,
    contract.silenceOutOfRange,
    contract.unknownGroup,
    contract.replayInvalid,
    contract.replayBusy,
    contract.intakeAway,
  ],
  counts: [contract.received, contract.looks],
  snapshots: [picture],
  views: [silencesView, silenceTurnsView, openedView, ownView, pagesTable],
  commands: [
    silenceCommand,
    maintainCommand,
    putCommand,
    expireCommand,
    judgeCommand,
    acknowledgeCommand,
  ],
  actions: [replayAction, reportChangeAction],
  asks: [dependencies, targets],
  answers: [
    answer(contract.now, answerNow),
    answer(contract.noise, noiseOf),
    answer(contract.rulesNow, rulesOf),
    answer(contract.routed, routedOf),
    answer(contract.whatChanged, (read, { service, at = read.now }) => ({
      ...{ at, ...before(read, { service, at }) },
    })),
  ],
  reactions: [...reactions, ...ownReactions, lookOutReaction],
  routes: [alertmanagerRoute, pagerdutyRoute, ...senderRoutes],
});
