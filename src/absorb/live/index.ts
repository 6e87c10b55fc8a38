import { capability } from "#kernel";
import { actions } from "./actions.ts";
import { alarm, openTroubles } from "./alarm.ts";
import { answers } from "./answers.ts";
import { commands } from "./commands.ts";
import { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { answersRoute, exportRoute } from "./export.ts";
import { gauges } from "./gauges.ts";
import { measuredView, present } from "./present.ts";
import { reactions } from "./reactions.ts";

export const live = capability({
  id: "live",
  about:
    "Counts a crowd: quiz answers and votes of millions in the same minute, each exactly once.",
  config: Config,
  emits: [
    ...contract.showFacts,
    ...[contract.keyTold, contract.answersTold, contract.measured],
    ...[contract.troubleBegan, contract.troubleEnded],
  ],
  refuses: [
    contract.unknownShow,
    contract.unknownQuestion,
    contract.nameTaken,
    contract.inFile,
    contract.changedMeanwhile,
    contract.joinedElsewhere,
    contract.unknownRelay,
    contract.tooManyRelays,
    contract.unknownValue,
    contract.notNow,
    contract.showIsOn,
    contract.nodeAway,
    contract.budgetSpent,
  ],
  counts: [contract.answered],
  gauges,
  snapshots: [contract.livePicture, contract.lostLives],
  commands,
  actions,
  views: [present, measuredView, openTroubles],
  answers,
  reactions: [...reactions, alarm],
  routes: [exportRoute, answersRoute],
});
