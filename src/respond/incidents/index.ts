import { capability, type Capability } from "#kernel";
import { search } from "../../platform/log/contract.ts";
import { answers } from "./answers.ts";
import { book } from "./book.ts";
import { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { reactions } from "./reactions.ts";
import { commands } from "./verbs.ts";

export const incidents: Capability = capability({
  id: "incidents",
  about:
    "What goes wrong, from the first sign to the lesson: stages, roles, and a timeline that the log writes.",
  config: Config,
  emits: [contract.numbered, ...contract.incidentFacts],
  refuses: [
    ...[contract.unknownIncident, contract.wrongStage, contract.notThen, contract.unknownItem],
    contract.noPerson,
  ],
  asks: [search],
  views: [book],
  commands,
  answers,
  reactions,
});
