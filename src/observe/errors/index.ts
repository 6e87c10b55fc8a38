import { capability } from "#kernel";
import { list as people } from "../../platform/people/contract.ts";
import { send } from "../../platform/mail/contract.ts";
import { targets } from "../../run/catalog/contract.ts";
import { alertReactions } from "./alerts/reactions.ts";
import { answers, merge } from "./answers.ts";
import { attachmentRoute } from "./ask/attachment.ts";
import * as contract from "./contract.ts";
import { Config } from "./config.ts";
import { intakeRoute } from "./http.ts";
import { picture } from "./intake/picture.ts";
import { budgetView, openView, projectsView } from "./project.ts";
import { reactions } from "./reactions.ts";
import { forgetMonitor } from "./monitors/tell.ts";
import { broughtView, releaseReaction } from "./releases/new-issues.ts";
import { releaseAnswers } from "./releases/answers.ts";
import { releasesView } from "./releases/release.ts";
import { sentryRoute } from "./releases/sentry-api.ts";
import { releaseCommands } from "./releases/verbs.ts";
import { fileTicket, openTicket, trackersAnswer } from "./trackers/file.ts";
import { reportReaction, reportView, sendReport } from "./report/send.ts";
import { commands } from "./verbs.ts";

export const errors = capability({
  id: "errors",
  about:
    "The inbox of production bugs: takes what Sentry's SDKs send, and asks for one decision each.",
  config: Config,
  emits: [
    contract.projectCreated,
    contract.inboxOpened,
    contract.triaged,
    contract.reportSent,
    ...contract.issueFacts,
    ...contract.watchFacts,
    ...contract.releaseFacts,
    contract.releaseTroubled,
    ...contract.monitorFacts,
    contract.ticketFiled,
  ],
  refuses: [
    contract.unknownIssue,
    contract.unknownProject,
    contract.notNow,
    contract.nothingToUndo,
    contract.intakeAway,
    contract.unknownRelease,
    contract.unknownMonitor,
    contract.unknownAttachment,
    contract.unknownTracker,
    contract.trackerFailed,
  ],
  counts: [contract.items, contract.lost],
  snapshots: [picture],
  asks: [targets, people],
  orders: [send],
  views: [projectsView, openView, budgetView, releasesView, broughtView, reportView],
  commands: [...commands, ...releaseCommands],
  actions: [merge, forgetMonitor, openTicket, fileTicket, sendReport],
  answers: [...answers, ...releaseAnswers, trackersAnswer],
  reactions: [...reactions, releaseReaction, reportReaction, ...alertReactions],
  routes: [sentryRoute, intakeRoute, attachmentRoute],
});
