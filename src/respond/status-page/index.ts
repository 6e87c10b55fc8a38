import { answer, capability, type Capability, type Read } from "#kernel";
import { impactOf, one } from "../incidents/contract.ts";
import { board } from "./board.ts";
import { checkPage, Config } from "./config.ts";
import * as contract from "./contract.ts";
import { draftNow } from "./draft.ts";
import { routes } from "./http.ts";
import { pictureNow } from "./picture.ts";
import { reactions } from "./reactions.ts";
import { commands } from "./verbs.ts";

export const statusPage: Capability = capability({
  id: "status-page",
  about:
    "What people outside are told: components, public incidents, maintenance, feeds and an API.",
  config: Config,
  check: checkPage,
  emits: contract.pageFacts,
  refuses: [
    ...[contract.unknownThread, contract.unknownComponent, contract.threadOver],
    ...[contract.notThen, contract.notFound],
  ],
  asks: [one, impactOf],
  views: [board],
  commands,
  answers: [
    answer(contract.now, (read: Read<Config>) => pictureNow(read)),
    answer(contract.draft, (read: Read<Config>, { incident }) => draftNow(read, incident)),
  ],
  reactions,
  routes,
});
