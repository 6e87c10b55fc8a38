import { answer, capability, type Capability } from "#kernel";
import { admit } from "./admit.ts";
import * as commands from "./commands.ts";
import { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { auditNow, historyNow, statusNow } from "./figures.ts";
import { preview } from "./preview.ts";
import { reactions } from "./reactions.ts";
import { said } from "./said.ts";
import { roomsSnapshot } from "./workers/contract.ts";

export const waitingRoom: Capability = capability({
  id: "waiting-room",
  about: "A fair line before what cannot be cached: two numbers, signed passes, planned events.",
  config: Config,
  emits: [
    contract.opened,
    contract.closed,
    contract.released,
    contract.numbersChanged,
    contract.numbersReset,
    contract.admittedMore,
    contract.queueBegan,
    contract.queueEnded,
    contract.preQueueOpened,
    contract.eventStarted,
    contract.eventEnded,
  ],
  refuses: [contract.unknownRoom, contract.endOutOfRange, contract.hubAway],
  counts: [contract.admitted, contract.refused, contract.waited, contract.people],
  snapshots: [roomsSnapshot],
  commands: [
    commands.openCommand,
    commands.closeCommand,
    commands.releaseCommand,
    commands.setNumbersCommand,
    commands.resetNumbersCommand,
  ],
  actions: [admit],
  views: [said],
  answers: [
    answer(contract.status, statusNow),
    answer(contract.history, historyNow),
    answer(contract.audit, auditNow),
  ],
  reactions,
  routes: [preview],
});
