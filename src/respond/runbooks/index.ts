import { capability, type Capability, manifest } from "#kernel";
import { one as incidentOne } from "../incidents/contract.ts";
import { answers } from "./answers.ts";
import { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { reactions } from "./reactions.ts";
import { known, ticks } from "./ticks.ts";
import { tickAction } from "./verbs.ts";

export const runbooks: Capability = capability({
  id: "runbooks",
  about:
    "What to do when it breaks, as Markdown beside the configuration: found, ticked, and run step by step.",
  config: Config,
  emits: [contract.changed, contract.stepTicked],
  refuses: [contract.unknown, contract.notRun],
  asks: [manifest, incidentOne],
  views: [ticks, known],
  actions: [tickAction],
  answers,
  reactions,
});
