import { capability, type Capability } from "#kernel";
import { list as peopleList } from "../../platform/people/contract.ts";
import { fileTicketOrder } from "../../observe/errors/contract.ts";
import { send } from "../../platform/mail/contract.ts";
import { impactOf, one, statusOrder, timelineOf } from "../../respond/incidents/contract.ts";
import { postOrder } from "../../respond/status-page/contract.ts";
import { answers } from "./answers.ts";
import { beginReactions, draftAction } from "./begin.ts";
import { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { deployReactions } from "./deploys.ts";
import { exportRoute } from "./files.ts";
import { importAction } from "./import.ts";
import { fileReactions, showKept, takeFile } from "./kept-files.ts";
import { lintAction } from "./lint-action.ts";
import { fileAction, filedReaction, tellOutside } from "./outside.ts";
import { recurrenceReactions } from "./recurrence.ts";
import { remindReactions } from "./remind.ts";
import { shelf } from "./shelf.ts";
import { commands } from "./verbs.ts";

export const postMortems: Capability = capability({
  id: "post-mortems",
  about:
    "What is learnt of an incident: written by the log, finished by people, closed by deploys.",
  config: Config,
  emits: contract.postMortemFacts,
  refuses: [
    ...[contract.unknownPostMortem, contract.unknownItem, contract.changedMeanwhile],
    ...[contract.wrongState, contract.tooMany, contract.notOver, contract.badGraph],
    contract.notGenuine,
  ],
  asks: [one, timelineOf, impactOf, peopleList],
  orders: [statusOrder, postOrder, fileTicketOrder, send],
  views: [shelf],
  commands,
  actions: [draftAction, tellOutside, fileAction, importAction, lintAction],
  routes: [exportRoute, takeFile, showKept],
  answers,
  reactions: [
    ...beginReactions,
    ...recurrenceReactions,
    ...deployReactions,
    ...remindReactions,
    filedReaction,
    ...fileReactions,
  ],
});
