import { capability } from "#kernel";
import { answers } from "./answers.ts";
import { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { reactions } from "./reactions.ts";
import { check, tryOut } from "./verbs.ts";
import { known } from "./verdict.ts";

export const probes = capability({
  id: "probes",
  about: "Looks at things from outside, as people reach them: web, TCP, TLS, ping and names.",
  config: Config,
  emits: contract.verdicts,
  refuses: [contract.unknown, contract.notATarget, contract.busy],
  counts: [contract.beats, contract.took],
  views: [known],
  actions: [check, tryOut],
  answers,
  reactions,
});
