import { answer, capability, type Capability, type Read } from "#kernel";
import { cancel as cancelMail, send as sendMail } from "../../platform/mail/contract.ts";
import { list as peopleList } from "../../platform/people/contract.ts";
import { send as tellDevices } from "../../platform/push/contract.ts";
import {
  acknowledgeOrder,
  judgeOrder,
  replayOrder,
  routed,
  silence,
  whatChanged,
} from "../alerts/contract.ts";
import { current, now as onCallNow, timelineOf } from "../on-call/contract.ts";
import { matching } from "../runbooks/contract.ts";
import { landedOf, nowOf, pageOf, peopleOf, whoOf } from "./answers.ts";
import { checkPaging } from "./checks.ts";
import { chosenView } from "./chosen/chosen.ts";
import { channelVerbs } from "./chosen/choose.ts";
import { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { deliveries } from "./delivery/deliveries.ts";
import { openGroups } from "./escalation/groups.ts";
import { pagesView } from "./escalation/pages.ts";
import { consoleView } from "./link/address.ts";
import { linkRoute } from "./link/route.ts";
import { reactions } from "./reactions.ts";
import { replayAction } from "./replay/replay.ts";
import { discordRoute } from "./taps/discord.ts";
import { slackRoute } from "./taps/slack.ts";
import { telegramRoute } from "./taps/telegram.ts";
import { verbs } from "./verbs.ts";

export const paging: Capability = capability({
  id: "paging",
  about: "Calls people, one step after the other, until somebody sees to it.",
  config: Config,
  check: checkPaging,
  emits: [
    ...[contract.triggered, contract.climbed, contract.changed, contract.acknowledged],
    ...[contract.reassigned, contract.resolved, contract.seen, contract.overlooked],
    ...[contract.intended, contract.hastened, contract.attempted, contract.accepted],
    ...[contract.failed, contract.delivered, contract.folded, contract.dropped],
    contract.channelsChosen,
  ],
  refuses: [
    ...[contract.unknownPage, contract.pageOver, contract.unknownPerson, contract.nobodyThere],
    ...[contract.channelRefused, contract.unknownChannel, contract.notYours],
    contract.replayInvalid,
  ],
  views: [pagesView, openGroups, consoleView, chosenView, deliveries],
  actions: [...verbs, ...channelVerbs, replayAction],
  answers: [
    answer(contract.now, (read: Read<Config>) => nowOf(read)),
    answer(contract.page, (read: Read<Config>, input) => pageOf(read, input)),
    answer(contract.people, (read: Read<Config>) => peopleOf(read)),
    answer(contract.who, (read: Read<Config>, input) => whoOf(read, input)),
    answer(contract.landed, (read: Read<Config>, input) => landedOf(read, input)),
  ],
  asks: [whatChanged, current, onCallNow, timelineOf, routed, peopleList, matching],
  orders: [replayOrder, silence, judgeOrder, acknowledgeOrder, sendMail, cancelMail, tellDevices],
  reactions,
  routes: [linkRoute, slackRoute, discordRoute, telegramRoute],
});
