import { answer, capability, type Capability, due, type Effects, on, started } from "#kernel";
import { send as sendMail } from "../mail/contract.ts";
import { send as tellDevices } from "../push/contract.ts";
import { book } from "./book.ts";
import { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { expire, pickUp } from "./decide.ts";
import { hold } from "./guard.ts";
import { linkRoute } from "./link.ts";
import { consoleAt, tell } from "./tell.ts";
import { forgetOutcomes } from "./vault.ts";
import { verbs } from "./verbs.ts";

export const approvals: Capability = capability({
  id: "approvals",
  about:
    "Four eyes: what destroys needs a second person, or its name typed where nobody else could approve.",
  config: Config,
  emits: [...contract.approvalFacts, contract.alone],
  refuses: [
    ...[contract.needed, contract.confirmFirst, contract.unknownApproval],
    ...[contract.over, contract.notYou, contract.tooMany],
  ],
  orders: [tellDevices, sendMail],
  views: [book, consoleAt],
  guard: hold,
  actions: verbs,
  answers: [
    answer(contract.list, (read, { open, limit }) => ({
      at: read.now,
      approvals: Object.values(read.view(book))
        .filter(({ state }) => open !== true || state === "open")
        .toReversed()
        .slice(0, limit)
        .map(({ hash: _hash, approvedAt: _at, ...shown }) => shown),
    })),
  ],
  reactions: [
    on("approvals.tell", contract.asked, ({ event }, fx: Effects<Config>) => tell(fx, event.data)),
    due(
      "approvals.expire",
      contract.asked,
      ({ event }) => event.data.expiresAt,
      ({ event }, fx: Effects<Config>) => expire(fx, event.data.approval),
    ),
    due(
      "approvals.forget-outcome",
      contract.carriedOut,
      ({ event }) => event.data.heldUntil,
      (_, fx: Effects<Config>) => forgetOutcomes(fx),
    ),
    started((fx: Effects<Config>) => pickUp(fx)),
  ],
  routes: [linkRoute],
});
