import { answer, capability, type Capability } from "#kernel";
import { targets } from "../../run/catalog/contract.ts";
import { crawlCommand, endCommand, startCommand } from "./commands.ts";
import { checkSites, Config } from "./config.ts";
import * as contract from "./contract.ts";
import { coverageNow } from "./coverage.ts";
import { archive } from "./export/archive.ts";
import { dropForms, keptForms, retryForms } from "./forms.ts";
import { present } from "./present.ts";
import { preview } from "./preview.ts";
import { reactions } from "./reactions.ts";
import { statusNow } from "./status.ts";

export const freeze: Capability = capability({
  id: "freeze",
  about: "Serves a site from its own copy while the origin is too busy, or away.",
  config: Config,
  check: checkSites,
  emits: [
    contract.frozen,
    contract.thawed,
    contract.crawlAsked,
    contract.snapshotTaken,
    contract.snapshotFailed,
    contract.replayed,
    contract.formsDropped,
    contract.formKeyMade,
  ],
  refuses: [
    contract.unknownSite,
    contract.noSnapshot,
    contract.notFrozen,
    contract.endOutOfRange,
    contract.unknownForm,
    contract.notKept,
  ],
  counts: [contract.answers, contract.replays],
  snapshots: [contract.freezeSnapshot],
  commands: [startCommand, endCommand, crawlCommand],
  views: [present],
  routes: [archive, preview],
  actions: [dropForms, retryForms],
  answers: [
    answer(contract.status, statusNow),
    answer(contract.coverage, coverageNow),
    answer(contract.forms, keptForms),
  ],
  asks: [targets],
  reactions,
});
