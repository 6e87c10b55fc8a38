import { answer, capability, type Capability, type Read } from "#kernel";
import { cancel, progress, send } from "../../platform/mail/contract.ts";
import { prepare, publicKey, tell } from "../../platform/push/contract.ts";
import { impactOf, one } from "../incidents/contract.ts";
import { board } from "./board.ts";
import { checkPage, Config } from "./config.ts";
import * as contract from "./contract.ts";
import { draftNow } from "./draft.ts";
import { routes } from "./http.ts";
import { pictureNow } from "./picture.ts";
import { reactions } from "./reactions.ts";
import { failing, pageSnapshot, targetsNow } from "./publish/round.ts";
import { phrasesOf } from "./render/words.ts";
import { readerWords } from "./subscribers/words.ts";
import { subscribersNow } from "./subscribers/now.ts";
import { actions, commands } from "./verbs.ts";

export const statusPage: Capability = capability({
  id: "status-page",
  about:
    "What people outside are told: components, public incidents, maintenance, feeds and an API.",
  config: Config,
  check: checkPage,
  emits: [
    ...contract.pageFacts,
    contract.publishingFailed,
    contract.publishingRecovered,
    contract.toldSubscribers,
    contract.hookPaused,
  ],
  counts: [contract.messages, contract.signUps],
  orders: [send, cancel, prepare, tell],
  refuses: [
    ...[contract.unknownThread, contract.unknownComponent, contract.threadOver],
    ...[contract.notThen, contract.notFound, contract.noTarget],
    ...[contract.notPublished, contract.unknownSubscriber, contract.notATest],
  ],
  asks: [one, impactOf, progress, publicKey],
  views: [board, failing],
  snapshots: [pageSnapshot],
  commands,
  actions,
  answers: [
    answer(contract.now, (read: Read<Config>) => pictureNow(read)),
    answer(contract.targets, (read: Read<Config>) => ({
      everyMs: read.config.publish.every,
      targets: targetsNow(read),
    })),
    answer(contract.subscribers, (read: Read<Config>) => subscribersNow(read)),
    answer(contract.words, (_read: Read<Config>, { language }) => ({
      ...phrasesOf(language),
      readers: readerWords(language),
    })),
    answer(contract.draft, (read: Read<Config>, { incident }) => draftNow(read, incident)),
  ],
  reactions,
  routes,
});
