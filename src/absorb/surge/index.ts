import { answer, capability, type Capability } from "#kernel";
import { targets } from "../../run/catalog/contract.ts";
import * as cache from "../cache/contract.ts";
import * as freeze from "../freeze/contract.ts";
import * as gateway from "../gateway/contract.ts";
import * as waitingRoom from "../waiting-room/contract.ts";
import * as commands from "./commands.ts";
import { checkSurge, Config } from "./config.ts";
import * as contract from "./contract.ts";
import { ladderFacts } from "./ladder.ts";
import { present } from "./present.ts";
import { reactions } from "./reactions.ts";
import { statusNow } from "./status.ts";

export const surge: Capability = capability({
  id: "surge",
  about:
    "The ladder that a service climbs in a crowd, step by step, and comes down again by itself.",
  config: Config,
  check: checkSurge,
  emits: ladderFacts,
  refuses: [contract.endOutOfRange, contract.stepForbidden],
  counts: [contract.secondsAt],
  commands: [
    commands.forceCommand,
    commands.releaseCommand,
    commands.forbidCommand,
    commands.allowCommand,
  ],
  orders: [
    cache.cacheHarderOrder,
    cache.endHarderOrder,
    cache.serveStaleOrder,
    cache.endStaleOrder,
    freeze.startOrder,
    freeze.endOrder,
    gateway.shedOrder,
    gateway.admitAllOrder,
    waitingRoom.openOrder,
    waitingRoom.releaseOrder,
  ],
  views: [present],
  asks: [gateway.now, gateway.routes, cache.now, freeze.status, waitingRoom.status, targets],
  answers: [answer(contract.status, statusNow)],
  reactions,
});
