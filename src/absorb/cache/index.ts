import { answer, capability, type Capability } from "#kernel";
import * as commands from "./commands.ts";
import { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { cacheNow } from "./figures.ts";
import { present } from "./present.ts";
import { reactions } from "./reactions.ts";

export const cache: Capability = capability({
  id: "cache",
  about: "Answers in the origin's place: RFC 9111, purges, and stale by the operator's word.",
  config: Config,
  emits: [
    contract.purged,
    contract.purgeReached,
    contract.staleStarted,
    contract.staleEnded,
    contract.harderStarted,
    contract.harderEnded,
  ],
  refuses: [contract.badTarget, contract.endOutOfRange, contract.noStaleMode],
  counts: [contract.answers, contract.bytes, contract.notStored],
  snapshots: [contract.cacheSnapshot],
  commands: Object.values(commands),
  views: [present],
  answers: [answer(contract.now, cacheNow)],
  reactions,
});
